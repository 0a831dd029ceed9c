"""Links that surround the pages of a site: to one of its own pages, or to an address."""

from __future__ import annotations

from typing import Any

from wagtail import blocks

from home.blocks.media import OwnPageBlock
from home.blocks.stream import OwnStreamBlock
from home.frame.addresses import LONGEST, check_address
from home.pages import pictograms
from home.widgets import PictogramInput

TITLE_LENGTH = 60


class AddressBlock(blocks.CharBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST,
            validators=[check_address],
            help_text="https://… ou, pour une page d’ici, ce qui suit le nom du site : /marche/",
            **kwargs,
        )


class PageLinkBlock(blocks.StructBlock):
    page = OwnPageBlock(
        label="Page",
        help_text="Elle n’est montrée qu’à qui peut la lire.",
    )
    title = blocks.CharBlock(
        label="Titre affiché",
        required=False,
        max_length=TITLE_LENGTH,
        help_text="Vide : le titre de la page.",
    )

    class Meta:
        icon = "doc-full"
        label = "Une page du site"


class AddressLinkBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre affiché", max_length=TITLE_LENGTH)
    address = AddressBlock(label="Adresse")

    class Meta:
        icon = "link"
        label = "Une adresse"


class LinkBlocks(OwnStreamBlock):
    """Links of a menu or of the footer, in their order."""

    page = PageLinkBlock()
    address = AddressLinkBlock()


def _pictograms_or_none() -> list[tuple[str, str]]:
    return [("", "Aucun"), *pictograms.choices()]


def _pictogram() -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(
        label="Pictogramme", choices=_pictograms_or_none, required=False, widget=PictogramInput
    )


class QuickPageBlock(PageLinkBlock):
    icon = _pictogram()


class QuickAddressBlock(AddressLinkBlock):
    icon = _pictogram()


class QuickLinkBlocks(OwnStreamBlock):
    """Links that agents use every week, on the home page."""

    page = QuickPageBlock()
    address = QuickAddressBlock()
