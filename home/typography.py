"""French typography for what people type: no-break spaces and real apostrophes."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString, mark_safe

NBSP = "\u00a0"

_TAGS = re.compile(r"(<[^>]*>)")
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)(?:'|&#x27;|&#39;)(?=\w)"), "’"),
    # Only a space that is there is changed: an address or a time must not be cut in two.
    (re.compile(r"[ \t]+([:;?!»%€])(?=[\s<.,)»]|$)"), NBSP + r"\1"),
    (re.compile(r"[ \t]+·(?=\s)"), NBSP + "·"),  # never at the beginning of a line
    (re.compile(r"«[ \t]+"), "«" + NBSP),
    (re.compile(r"\b(\d{1,2}) h (\d{2})\b"), rf"\1{NBSP}h{NBSP}\2"),
    (re.compile(r"\b(\d{1,2}) h\b"), rf"\1{NBSP}h"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NBSP),
    (re.compile(r"\bn° (?=\d)"), f"n°{NBSP}"),
    (re.compile(r"\bart\. (?=\w)"), f"art.{NBSP}"),
)


def french(text: str) -> str:
    """Return plain text with French no-break spaces and apostrophes; safe strings stay safe."""
    result = str(text)
    for pattern, replacement in _RULES:
        result = pattern.sub(replacement, result)
    return mark_safe(result) if isinstance(text, SafeString) else result  # noqa: S308 - was safe


def french_html(html: str) -> SafeString:
    """Return safe HTML with the same rules applied between its tags."""
    parts = _TAGS.split(str(html))
    parts[::2] = [french(part) for part in parts[::2]]
    return mark_safe("".join(parts))  # noqa: S308 - the caller's HTML was safe
