"""Marking what matched, on the text as it is in the database now."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.words import composed
from search.analysis import Token, analyse
from search.text import TextQuery

LONGEST_READ = 60_000
EXCERPT_BEFORE, EXCERPT_LENGTH = 60, 180


def matches(token: Token, query: TextQuery) -> bool:
    """Return whether a word of a text is one that the query looks for."""
    return any(token.form in phrase for phrase in query.phrases) or any(
        term.matches(token) for term in query.terms
    )


def excerpt(text: str, query: TextQuery) -> SafeString | None:
    """Return a few words around the first match, marked, or None when nothing in it matches."""
    text = " ".join(composed(text[:LONGEST_READ]).split())
    first = next((token for token in analyse(text) if matches(token, query)), None)
    if first is None:
        return None
    start = max(0, first.start - EXCERPT_BEFORE)
    if start:
        start = text.find(" ", start, first.start) + 1 or first.start
    end = min(len(text), start + EXCERPT_LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", first.end, end), first.end)
    marked = highlight(text[start:end], query)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return mark_safe(before + marked + after)  # noqa: S308 - `highlight` escapes


def highlight(text: str, query: TextQuery) -> SafeString:
    """Return the text escaped, the words that the query looks for between <mark> and </mark>."""
    if not query:
        return escape(text)
    text = composed(text)
    parts: list[str] = []
    position = 0
    for token in analyse(text):
        if token.start < position or not matches(token, query):
            continue
        parts += [escape(text[position : token.start]), "<mark>"]
        parts += [escape(text[token.start : token.end]), "</mark>"]
        position = token.end
    parts.append(escape(text[position:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped
