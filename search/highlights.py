"""Marking what matched, on the text as it is in the database now."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.words import composed
from search.analysis import Token, analyse
from search.text import TextQuery

LONGEST_READ = 60_000
EXCERPT_BEFORE, EXCERPT_LENGTH = 60, 180


def matched(tokens: Sequence[Token], query: TextQuery) -> list[Token]:
    """Return the words of a text that the query looks for, in order.

    Another name of several words counts where they stand one after the other.
    """
    found = {place for place, token in enumerate(tokens) if _is_wanted(token, query)}
    forms = [token.form for token in tokens]
    for other in query.alternatives:
        words = list(other.phrase)
        if len(words) == 1:
            names = set(other.forms)
            found |= {n for n, token in enumerate(tokens) if not names.isdisjoint(token.forms)}
            continue
        for start in range(len(forms) - len(words) + 1):
            if forms[start : start + len(words)] == words:
                found |= set(range(start, start + len(words)))
    return [tokens[place] for place in sorted(found)]


def _is_wanted(token: Token, query: TextQuery) -> bool:
    return any(token.form in phrase for phrase in query.phrases) or any(
        term.matches(token) for term in query.terms
    )


def excerpt(text: str, query: TextQuery) -> SafeString | None:
    """Return a few words around the first match, marked, or None when nothing in it matches."""
    text = " ".join(composed(text[:LONGEST_READ]).split())
    first = next(iter(matched(analyse(text), query)), None)
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
    for token in matched(analyse(text), query):
        if token.start < position:
            continue
        parts += [escape(text[position : token.start]), "<mark>"]
        parts += [escape(text[token.start : token.end]), "</mark>"]
        position = token.end
    parts.append(escape(text[position:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped
