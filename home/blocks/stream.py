"""The sets of blocks, one by purpose."""

from wagtail import blocks

from home.blocks.media import DocumentBlock, ImageBlock, OwnPageBlock, SchemesBlock
from home.blocks.teaching import ContactsBlock, FaqBlock, KeyPointsBlock, StepBlock, StepsBlock
from home.blocks.text import CalloutBlock, HeadingBlock, ParagraphBlock, QuoteBlock


class BodyBlocks(blocks.StreamBlock):
    """The body of every page that one reads."""

    paragraph = ParagraphBlock(group="Écrire")
    heading = HeadingBlock(group="Écrire")
    quote = QuoteBlock(group="Écrire")
    callout = CalloutBlock(group="Écrire")
    steps = StepsBlock(group="Expliquer")
    faq = FaqBlock(group="Expliquer")
    key_points = KeyPointsBlock(group="Expliquer")
    contacts = ContactsBlock(group="Expliquer")
    image = ImageBlock(group="Montrer")
    document = DocumentBlock(group="Montrer")


class TrackBlocks(BodyBlocks):
    schemes = SchemesBlock(group="Montrer")


class SourceBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Source")
    url = blocks.URLBlock(label="Adresse", required=False)


class SourceBlocks(blocks.StreamBlock):
    source = SourceBlock(label="Source", icon="link")


class FeaturedBlocks(blocks.StreamBlock):
    page = OwnPageBlock(
        label="Page à la une",
        page_type=["home.GuidePage", "home.StoryPage", "home.NewsPage", "home.TrackPage"],
    )


class HowItWorksBlocks(blocks.StreamBlock):
    """The few steps that a home page shows to who does not know the place yet."""

    step = StepBlock(label="Étape", icon="list-ol")
