"""A page as its reader meets it: headings, paragraphs, links and pictures, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText

from home.blocks.text import HeadingBlock

SUMMARY, HEADING, TEXT, LINK, IMAGE = "summary", "heading", "text", "link", "image"
OTHER = "other"  # something to see that is not read: a document, a list of pages
# Not prose: what a heading, a caption or a label says is short by nature.
_HEADINGS = {"h2": 2, "h3": 3, "h4": 4, "h5": 5}
_PARAGRAPHS = {"p", "li", "blockquote"}


@dataclass(frozen=True)
class Piece:
    """One thing that is read or seen; `place` says where it is, in the words of the form."""

    kind: str
    text: str
    place: str = ""
    level: int = 0  # of a heading
    target: str = ""  # of a link: an address, or page:12
    described: bool = True  # of a picture


def pieces_of(page: Any) -> list[Piece]:
    """Return the pieces of the page, as it is in memory: a draft is read like a published page."""
    found = []
    if hasattr(page, "summary"):
        found.append(Piece(SUMMARY, page.summary.strip(), "résumé"))
    image = getattr(page, "image", None)
    if isinstance(image, AbstractImage):
        found.append(_picture(image, "", "image"))
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for rank, child in enumerate(getattr(page, field.name), start=1):
                place = f"bloc {rank}, {child.block.label.lower()}"
                found += _of_block(child.block, child.value, place)
    return found


def _of_block(block: blocks.Block, value: Any, place: str) -> Iterator[Piece]:
    if isinstance(block, HeadingBlock):
        if str(value).strip():
            yield Piece(HEADING, str(value).strip(), place, level=2)
    elif isinstance(block, blocks.BaseStructBlock):
        yield from _of_struct(block, value, place)
    elif isinstance(block, blocks.ListBlock):
        for child in value.bound_blocks:
            yield from _of_block(child.block, child.value, place)
    elif isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            yield from _of_block(child.block, child.value, place)
    elif isinstance(value, RichText):
        yield from _of_html(value.source, place)
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock) and str(value or "").strip():
        yield Piece(TEXT, str(value).strip(), place)
    elif isinstance(value, AbstractImage):
        yield _picture(value, "", place)
    elif (
        isinstance(block, blocks.StaticBlock)
        or isinstance(value, models.Model)
        or (isinstance(block, blocks.URLBlock) and value)
    ):
        yield Piece(OTHER, "", place)


def _of_struct(block: blocks.BaseStructBlock, value: Any, place: str) -> Iterator[Piece]:
    for name, child in block.child_blocks.items():
        inside = value.get(name)
        if isinstance(inside, AbstractImage):
            yield _picture(inside, str(value.get("alt") or ""), place)
        elif name != "alt":
            yield from _of_block(child, inside, place)


def _picture(image: Any, alt: str, place: str) -> Piece:
    said = alt.strip() or (image.description or "").strip()
    return Piece(IMAGE, image.title, place, described=bool(said))


def _of_html(html: str, place: str) -> list[Piece]:
    reader = _Reader(place)
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    return reader.pieces


class _Reader(HTMLParser):
    """Rich text as it is kept: paragraphs, list items, headings and links."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self.pieces: list[Piece] = []
        self.words: list[str] = []
        self.level = 0
        self.link: dict[str, str | None] | None = None
        self.link_words: list[str] = []
        self.links: list[Piece] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PARAGRAPHS or tag in _HEADINGS:
            self.end_paragraph()
            self.level = _HEADINGS.get(tag, 0)
        elif tag == "br":
            self.words.append(" ")
        elif tag == "a":
            self.link, self.link_words = dict(attrs), []

    def handle_endtag(self, tag: str) -> None:
        if tag in _PARAGRAPHS or tag in _HEADINGS:
            self.end_paragraph()
        elif tag == "a" and self.link is not None:
            kind, target = self.link.get("linktype"), self.link.get("id")
            address = f"{kind}:{target}" if kind else self.link.get("href") or ""
            words = " ".join("".join(self.link_words).split())
            self.links.append(Piece(LINK, words, self.place, target=address))
            self.link = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.link is not None:
            self.link_words.append(data)

    def end_paragraph(self) -> None:
        text = " ".join("".join(self.words).split(" ")).strip()
        if text:
            kind = HEADING if self.level else TEXT
            self.pieces.append(Piece(kind, text, self.place, level=self.level))
        self.pieces += self.links
        self.words, self.links, self.level = [], [], 0
