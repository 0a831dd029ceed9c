"""What one follows: steps, questions and answers, what to remember, whom to ask."""

from wagtail import blocks

from home.blocks.blank import LeavesOutBlanksList
from home.blocks.text import OwnRichTextBlock


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre de l’étape")
    text = OwnRichTextBlock(label="Ce qu’on y fait", required=False)


class StepsBlock(LeavesOutBlanksList, blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(StepBlock(label="Étape"), **kwargs)

    class Meta:
        icon = "list-ol"
        label = "Étapes"
        template = "home/blocks/steps.html"
        preview_value = [{"title": "En parler", "text": "<p>À son équipe d’abord.</p>"}]


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label="Question")
    answer = OwnRichTextBlock(label="Réponse")


class FaqBlock(LeavesOutBlanksList, blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(QuestionBlock(label="Question"), **kwargs)

    class Meta:
        icon = "help"
        label = "Questions et réponses"
        template = "home/blocks/faq.html"
        preview_value = [{"question": "Qui décide ?", "answer": "<p>L’agent, d’abord.</p>"}]


class KeyPointsBlock(LeavesOutBlanksList, blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(blocks.CharBlock(label="Point"), **kwargs)

    class Meta:
        icon = "tick"
        label = "À retenir"
        template = "home/blocks/key_points.html"
        preview_value = ["Rien n’est engagé avant l’accord de chacun."]


class ContactsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", default="À qui en parler")
    text = OwnRichTextBlock(label="Qui, où, quand")

    class Meta:
        icon = "group"
        label = "Contacts"
        template = "home/blocks/contacts.html"
        preview_value = {"title": "À qui en parler", "text": "<p>À la mission coopération.</p>"}
