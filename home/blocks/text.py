"""What one writes: paragraphs, headings, a quotation, a callout."""

from __future__ import annotations

from typing import Any

from wagtail import blocks
from wagtail.rich_text import RichText

from home.tenancy.own import unlink_foreign

# Enough to write, not enough to spoil a page.
FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class OwnRichTextBlock(blocks.RichTextBlock):
    """A short rich text whose links lead only to pages and documents of the writer's site."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> RichText:
        value = super().value_from_datadict(data, files, prefix)
        return RichText(unlink_foreign(value.source))


class ParagraphBlock(OwnRichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", [*FEATURES, "h3"])
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = "Texte"
        template = "home/blocks/paragraph.html"
        preview_value = "<p>On peut commencer petit : une demi-journée, deux services.</p>"
        description = "Un ou plusieurs paragraphes, avec du gras, des liens et des listes."


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = "Intertitre"
        template = "home/blocks/heading.html"
        preview_value = "Par où commencer"
        description = "Il entre dans le sommaire de la page."


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label="Parole", help_text="Sans les guillemets : la page les ajoute.")
    author = blocks.CharBlock(label="De qui", required=False)

    class Meta:
        icon = "openquote"
        label = "Parole"
        description = "Une phrase que quelqu’un a dite, et qui mérite d’être vue."
        template = "home/blocks/quote.html"
        preview_value = {"text": "J’ai retrouvé l’envie de venir.", "author": "Karim, voirie"}


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        label="Ton",
        choices=[
            ("info", "Bon à savoir"),
            ("success", "Ce qui marche"),
            ("warning", "Attention"),
        ],
        default="info",
    )
    title = blocks.CharBlock(label="Titre", required=False)
    text = OwnRichTextBlock(label="Texte")

    class Meta:
        icon = "info-circle"
        label = "Encadré"
        description = "Ce qu’il ne faut pas manquer : bon à savoir, ce qui marche, attention."
        template = "home/blocks/callout.html"
        preview_value = {"tone": "info", "title": "Bon à savoir", "text": "<p>Rien à signer.</p>"}
