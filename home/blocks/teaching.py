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
        description = "Ce que l’on fait, l’un après l’autre. Elles sont numérotées."
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
        description = "Chaque réponse se déplie sous sa question."
        template = "home/blocks/faq.html"
        preview_value = [{"question": "Qui décide ?", "answer": "<p>L’agent, d’abord.</p>"}]


class KeyPointsBlock(LeavesOutBlanksList, blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(blocks.CharBlock(label="Point"), **kwargs)

    class Meta:
        icon = "check"
        label = "À retenir"
        description = "Quelques lignes que l’on relit avant de commencer."
        template = "home/blocks/key_points.html"
        preview_value = ["Rien n’est engagé avant l’accord de chacun."]


class ChecklistBlock(LeavesOutBlanksList, blocks.ListBlock):
    """Lines that a reader ticks and finds ticked again (home/checklists/)."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(blocks.CharBlock(label="Ligne"), **kwargs)

    class Meta:
        icon = "tasks"
        label = "Liste à cocher"
        template = "home/blocks/checklist.html"
        preview_value = ["J’ai posé la question à mon équipe.", "Je sais qui me remplace."]
        description = "Chaque personne coche pour elle-même, et retrouve ses coches."


class ContactsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", default="À qui en parler")
    text = OwnRichTextBlock(label="Qui, où, quand")

    class Meta:
        icon = "group"
        label = "Contacts"
        description = "Vers qui se tourner, et quand."
        template = "home/blocks/contacts.html"
        preview_value = {"title": "À qui en parler", "text": "<p>À la mission coopération.</p>"}
