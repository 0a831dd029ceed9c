"""A thesaurus tried from outside: the query asked again with each word of a group in its place.

It tells what synonyms would bring before they are built, and which groups do harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from accounts.models import User
from accounts.words import fold
from benchmarks.relevance.ways import DEPTH, Way

MOST = 8  # other wordings of a query


def groups() -> Iterator[tuple[list[str], list[str]]]:
    """Yield (words that are looked for, words that are found too) of each group."""
    for line in (Path(__file__).parent / "thesaurus.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#") or line.endswith(":"):
            continue
        first, _, others = line.partition(" > ")
        words = [word.strip() for word in first.split(",")]
        yield words, [word.strip() for word in others.split(",")] if others else words


def other_wordings(text: str) -> list[str]:
    """Return the query with what is said for one of its words instead, longest words first."""
    folded, found = fold(text), []
    for asked, given in groups():
        for word in sorted(asked, key=len, reverse=True):
            if re.search(rf"\b{re.escape(fold(word))}s?\b", folded):
                found += [
                    re.sub(rf"\b{re.escape(fold(word))}s?\b", other, folded)
                    for other in given
                    if other != word
                ]
                break
    return list(dict.fromkeys(found))[:MOST]


def with_thesaurus(way: Way) -> Way:
    """Return the way whose answers are followed, rank by rank, by those of other wordings."""

    def ask(text: str, reader: User) -> list[int]:
        first = way(text, reader)
        others = [way(other, reader) for other in other_wordings(text)]
        more = (pk for rank in zip_longest(*others) for pk in rank if pk is not None)
        return list(dict.fromkeys([*first, *more]))[:DEPTH]

    return ask
