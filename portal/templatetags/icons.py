"""Line pictograms (Tabler icons, MIT), inlined from `static/icons/`."""

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template import TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ICONS_FOLDER = Path(__file__).resolve().parents[2] / "static" / "icons"
NAME_PATTERN = re.compile(r"[a-z0-9-]+")
DRAWING_PATTERN = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(TemplateSyntaxError):
    """The name is not one of the files of `static/icons/`."""


@lru_cache(maxsize=512)
def drawing(name: str) -> str:
    """The inside of the SVG file called `name`; raises UnknownIcon."""
    if not NAME_PATTERN.fullmatch(name):
        raise UnknownIcon(f"Icon names are lower-case words and hyphens, not {name!r}.")
    try:
        source = (ICONS_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    except OSError as error:
        raise UnknownIcon(f"There is no icon called {name!r} in static/icons/.") from error
    found = DRAWING_PATTERN.search(source)
    if found is None:
        raise UnknownIcon(f"static/icons/{name}.svg is not an SVG drawing.")
    return found.group(1)


def icon_names() -> list[str]:
    """The names that `{% icon %}` accepts, sorted."""
    return sorted(path.stem for path in ICONS_FOLDER.glob("*.svg"))


@register.simple_tag(name="icon")
def icon(name: str, label: str = "", **attributes: str) -> SafeString:
    """
    The inline SVG of an icon, hidden from screen readers unless it has a label.

    An unknown name raises UnknownIcon where developers see it (DEBUG, tests, where
    ICONS_STRICT is set); elsewhere the page goes on without the picture.
    """
    try:
        inside = drawing(str(name))
    except UnknownIcon:
        if getattr(settings, "ICONS_STRICT", settings.DEBUG):
            raise
        return SafeString("")
    extra_class = attributes.get("class", "")
    meaning = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true" focusable="false"')
    )
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="{}" stroke-linecap="round" '
        'stroke-linejoin="round" {}>{}</svg>',
        f" {extra_class}" if extra_class else "",
        "1.25" if "icon-large" in extra_class.split() else "1.75",
        meaning,
        mark_safe(inside),  # noqa: S308 - our own files
    )
