"""What the screens of `/cms/` say that Wagtail's do not."""

from typing import Any

from django import template
from wagtail.models import Page

from home.audience import public_pages
from home.media.models import EditorialDocument, EditorialImage

register = template.Library()


@register.simple_tag
def public_pages_with(target: Any) -> list[Page]:
    """Return the public pages that show the file; none for what is no file."""
    if not isinstance(target, EditorialImage | EditorialDocument):
        return []
    return public_pages.public_pages_with(target)


@register.filter
def is_a_logo(target: Any) -> bool:
    """Return whether the picture is the logo of a site."""
    return public_pages.is_a_logo(target)
