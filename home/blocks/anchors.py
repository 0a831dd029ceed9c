"""Where links lead inside a page: one anchor for each part that its body names.

They begin with `partie-`, which no id of the page's frame does: a part called «Contenu» or
«Contact» takes the place of nothing. Two parts of one name have two anchors.
"""

from __future__ import annotations

import re

from django.utils.text import slugify
from wagtail.blocks import StreamValue

from home.blocks.blank import as_read

PREFIX = "partie-"
_WRITTEN_LINK = re.compile(rf'(<a\b[^>]*?\bhref=")#(?!{PREFIX})([^"]+)(")')


def with_anchors(body: StreamValue) -> list[tuple[StreamValue.StreamChild, str]]:
    """Return the blocks that readers see, each with its anchor, or nothing for most of them."""
    taken: set[str] = set()
    return [(child, _anchor(_name_of(child), taken)) for child in as_read(body)]


def headings(body: StreamValue) -> list[dict[str, str]]:
    """Return the headings of a body with where they are, for its list of contents."""
    return [
        {"title": str(child.value), "url": f"#{anchor}"}
        for child, anchor in with_anchors(body)
        if child.block_type == "heading"
    ]


def to_anchors(html: str, body: StreamValue) -> str:
    """Return the HTML of the body with its links inside the page led to the anchors of its parts.

    Editors type a part's name alone: `#par-ou-commencer`. What leads elsewhere is left alone.
    """
    if 'href="#' not in html:
        return html
    known = {anchor for _, anchor in with_anchors(body)}

    def led(link: re.Match[str]) -> str:
        anchor = PREFIX + slugify(link[2])
        return f"{link[1]}#{anchor}{link[3]}" if anchor in known else link[0]

    return _WRITTEN_LINK.sub(led, html)


def _name_of(child: StreamValue.StreamChild) -> str | None:
    if child.block_type == "heading":
        return str(child.value)
    if child.block_type == "contacts":
        return str(child.value["title"])
    return None


def _anchor(name: str | None, taken: set[str]) -> str:
    if name is None:
        return ""
    base = anchor = PREFIX + (slugify(name) or "sans-nom")
    number = 1
    while anchor in taken:
        number += 1
        anchor = f"{base}-{number}"
    taken.add(anchor)
    return anchor
