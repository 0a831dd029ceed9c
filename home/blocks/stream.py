"""The sets of blocks, one by purpose."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.utils.datastructures import MultiValueDictKeyError
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError

from home.blocks.blank import LeavesOutBlanksStream
from home.blocks.media import DocumentBlock, ImageBlock, OwnPageBlock, SchemesBlock
from home.blocks.teaching import (
    ChecklistBlock,
    ContactsBlock,
    FaqBlock,
    KeyPointsBlock,
    StepBlock,
    StepsBlock,
)
from home.blocks.text import CalloutBlock, HeadingBlock, ParagraphBlock, QuoteBlock
from home.blocks.trials import ControversyBlock, LogBlock
from home.blocks.video import VideoBlock
from home.typography import NBSP

# Beyond, nobody reads to the end, and the form takes long to open.
MOST_BLOCKS = 200


class OwnStreamBlock(LeavesOutBlanksStream, blocks.StreamBlock):
    """Takes MOST_BLOCKS blocks at most, in a draft too.

    A form that says «abc» blocks was not made by our pages: 400, not a failure of ours.
    """

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        """Return the blocks, tidied; raises StreamBlockValidationError, with what to change."""
        if len(value) > MOST_BLOCKS:
            raise StreamBlockValidationError(
                non_block_errors=[
                    f"Cette page a {len(value)} blocs, et {MOST_BLOCKS} au plus se lisent. Coupez-"
                    f"la en deux pages qui mènent l’une à l’autre{NBSP}: rien de ce que vous avez "
                    "écrit n’est perdu."
                ]
            )
        return super().clean(value)

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> blocks.StreamValue:
        """Return the value of the form; raises BadRequest when it is not whole."""
        try:
            return super().value_from_datadict(data, files, prefix)
        except (MultiValueDictKeyError, ValueError) as error:
            raise BadRequest("a form that is not whole") from error


class BodyBlocks(OwnStreamBlock):
    """The body of every page that one reads."""

    paragraph = ParagraphBlock(group="Écrire")
    heading = HeadingBlock(group="Écrire")
    quote = QuoteBlock(group="Écrire")
    callout = CalloutBlock(group="Écrire")
    steps = StepsBlock(group="Expliquer")
    checklist = ChecklistBlock(group="Expliquer")
    faq = FaqBlock(group="Expliquer")
    key_points = KeyPointsBlock(group="Expliquer")
    contacts = ContactsBlock(group="Expliquer")
    controversy = ControversyBlock(group="Raconter un essai")
    log = LogBlock(group="Raconter un essai")
    image = ImageBlock(group="Montrer")
    video = VideoBlock(group="Montrer")
    document = DocumentBlock(group="Montrer")


class TrackBlocks(BodyBlocks):
    schemes = SchemesBlock(group="Montrer")


class SourceBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Source")
    url = blocks.URLBlock(label="Adresse", required=False)


class SourceBlocks(OwnStreamBlock):
    source = SourceBlock(label="Source", icon="link")


class FeaturedBlocks(OwnStreamBlock):
    page = OwnPageBlock(
        label="Page à la une",
        page_type=[
            "home.GuidePage",
            "home.StoryPage",
            "home.NewsPage",
            "home.ArticlePage",
            "home.TrackPage",
            "home.EventPage",
        ],
    )


class HowItWorksBlocks(OwnStreamBlock):
    """The few steps that a home page shows to who does not know the place yet."""

    step = StepBlock(label="Étape", icon="list-ol")
