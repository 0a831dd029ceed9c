"""Filters for what editors wrote."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText, expand_db_html

from home import typography
from home.blocks.anchors import to_anchors, with_anchors
from home.contact import contact_links
from home.media.drawing import drawn

register = template.Library()


@register.filter
def french(text: object) -> str:
    """Return the text with French no-break spaces and apostrophes."""
    return typography.french(text if isinstance(text, str) else str(text or ""))


@register.filter
def reachable(text: str) -> SafeString:
    """Return the text with its addresses and telephone numbers as links."""
    return contact_links(text)


@register.filter
def prose(value: object) -> SafeString:
    """Return a rich text as HTML, links expanded, in French typography."""
    source = value.source if isinstance(value, RichText) else str(value or "")
    return typography.french_html(expand_db_html(source))


@register.filter
def at_size(image: Any, spec: str) -> Any:
    """Return the picture at that size, or None when its file is lost."""
    return drawn(image, spec)


@register.filter
def blocks_to_read(body: StreamValue) -> list[tuple[StreamValue.StreamChild, str]]:
    """Return the blocks of a body that readers see, each with its anchor or nothing."""
    return with_anchors(body)


@register.filter
def links_to_parts(html: str, body: StreamValue) -> SafeString:
    """Return the rendered body with the links that its editors typed led to its parts."""
    return mark_safe(to_anchors(html, body))  # noqa: S308 - rendered by our templates
