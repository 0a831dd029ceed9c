"""What one learns from a test: a question that divides, a log kept day after day."""

from wagtail import blocks

from home.blocks.blank import LeavesOutBlanksList
from home.blocks.text import OwnRichTextBlock


class PositionBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label="La position",
        help_text="En une phrase, comme la diraient les personnes qui y tiennent.",
    )
    text = OwnRichTextBlock(label="Ses raisons, ce qu’elle craint")


class PositionsBlock(LeavesOutBlanksList, blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(PositionBlock(label="Position"), **kwargs)


class ControversyBlock(blocks.StructBlock):
    """A tension and the positions that one may hold on it: none of them is the answer."""

    tension = blocks.TextBlock(
        label="La tension", help_text="Deux choses auxquelles on tient, et qui se gênent."
    )
    positions = PositionsBlock(label="Positions", min_num=2)

    class Meta:
        icon = "comment"
        label = "Question qui partage"
        template = "home/blocks/controversy.html"
        preview_value = {
            "tension": "Prêter un collègue sans attendre, et ne laisser personne seul à l’accueil.",
            "positions": [
                {"title": "L’équipe d’abord", "text": "<p>On ne prête que ce que l’on a.</p>"},
                {"title": "Le besoin d’abord", "text": "<p>Une matinée se rattrape.</p>"},
            ],
        }
        description = "Une tension et ses positions, sans conclusion imposée."


class LogEntryBlock(blocks.StructBlock):
    when = blocks.CharBlock(
        label="Quand", help_text="Un jour ou un moment : « 12 mars », « semaine 3 »."
    )
    text = OwnRichTextBlock(label="Ce qui s’est passé")


class LogBlock(LeavesOutBlanksList, blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(LogEntryBlock(label="Jour"), **kwargs)

    class Meta:
        icon = "history"
        label = "Journal"
        template = "home/blocks/log.html"
        preview_value = [
            {"when": "12 mars", "text": "<p>Trois volontaires, deux vélos.</p>"},
            {"when": "19 mars", "text": "<p>Il a plu. Une personne est venue.</p>"},
        ]
        description = "Un essai, jour après jour."
