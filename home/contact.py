"""Whom to ask, of an event or of a site: telephones and addresses that one follows with a touch."""

from __future__ import annotations

import re

from django.utils.html import conditional_escape, format_html, mark_safe
from django.utils.safestring import SafeString

from home.typography import french

_REACHABLE = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<phone>(?<![\w+])(?:\+33[\s.]?(?:\(0\)[\s.]?)?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d))"
)


def contact_links(text: str) -> SafeString:
    """Return the text, escaped, its addresses and French telephone numbers as links."""
    pieces: list[str] = []
    after = 0
    for found in _REACHABLE.finditer(text):
        pieces.append(conditional_escape(french(text[after : found.start()])))
        shown = found.group()
        if found["email"]:
            pieces.append(format_html('<a href="mailto:{}">{}</a>', shown, shown))
        else:
            pieces.append(
                format_html('<a class="nowrap" href="tel:{}">{}</a>', dialled(shown), shown)
            )
        after = found.end()
    pieces.append(conditional_escape(french(text[after:])))
    return mark_safe("".join(pieces))  # noqa: S308 - each piece is escaped


def dialled(number: str) -> str:
    """Return a French number as a telephone dials it from anywhere: +33199004040."""
    return "+33" + re.sub(r"\D", "", number.replace("(0)", ""))[-9:]
