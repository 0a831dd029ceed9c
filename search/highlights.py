"""Marking what matched, on the text as it is in the database now."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis import Token, analyse, composed
from search.text import TextQuery


def highlight(text: str, query: TextQuery) -> SafeString:
    """Return the text escaped, the words that the query looks for between <mark> and </mark>."""
    if not query:
        return escape(text)
    text = composed(text)
    wanted = {form for phrase in query.phrases for form in phrase}

    def matches(token: Token) -> bool:
        return token.form in wanted or any(term.matches(token) for term in query.terms)

    parts: list[str] = []
    position = 0
    for token in analyse(text):
        if token.start < position or not matches(token):
            continue
        parts += [escape(text[position : token.start]), "<mark>"]
        parts += [escape(text[token.start : token.end]), "</mark>"]
        position = token.end
    parts.append(escape(text[position:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped
