"""People among the answers: by the directory's own rules, and never ranked.

There is no index of people. They are found by the words of their profile as the directory shows it
to this reader, and stand in the order of names: nobody is a better answer than somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.directory.queries import Entry, entries_for, found_in, readable_by
from accounts.models import Organisation
from accounts.organisations.tree import DepartmentTree
from accounts.words import fold
from search.analysis import analyse
from search.engines.base import last_page
from search.natural import listen
from search.text import TextQuery


@dataclass(frozen=True)
class PeopleResult:
    """One page of entries; `readable`: whether the reader has a directory at all."""

    entries: tuple[Entry, ...] = ()
    total: int = 0
    page: int = 1
    readable: bool = False


def search_people(
    text: str, user: Any, here: Organisation | None, page: int = 1, size: int = 20
) -> PeopleResult:
    """Return who speaks of all the words in the directories that `user` may open, by name.

    `here`: the collectivité of the host, None on the platform's. With `size` 0 they are only
    counted. At most six queries, however many people.
    """
    bodies = readable_by(user, here)
    query = TextQuery.parse(listen(text).text)
    words = [term.surface for term in query.terms]
    words += [token.surface for phrase in query.phrase_texts for token in analyse(phrase)]
    if not bodies or not words:
        return PeopleResult(readable=bool(bodies))
    asked = fold(" ".join(words))
    ids = [pk for body in bodies for pk in found_in(user, body, asked, None)]
    page = min(page, last_page(len(ids), size)) if size else 1
    shown = ids[(page - 1) * size : page * size]
    entries: list[Entry] = []
    if shown:
        entries = entries_for(shown, DepartmentTree.of(*(body.pk for body in bodies)))
    return PeopleResult(tuple(entries), len(ids), page, readable=True)
