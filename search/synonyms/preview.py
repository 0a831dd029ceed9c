"""What a change of synonyms would do to searches, before it is made: the real search, twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation
from search.catalogue import search_catalogue
from search.models import SynonymGroup
from search.query import CatalogueQuery
from search.synonyms.in_force import groups_in_force, names_in, rules_of
from search.synonyms.thesaurus import Thesaurus

# Each costs two searches.
MOST_SEARCHES = 5
MOST_READ = 100
MOST_SHOWN = 5


@dataclass(frozen=True)
class Change:
    """What one search would find more, and no longer; titles of what the editor may see."""

    text: str
    before: int
    after: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def more_gained(self) -> int:
        """Return how many more there are than those shown."""
        return max(0, len(self.gained) - MOST_SHOWN)

    @property
    def more_lost(self) -> int:
        return max(0, len(self.lost) - MOST_SHOWN)

    @property
    def gained_shown(self) -> tuple[str, ...]:
        return self.gained[:MOST_SHOWN]

    @property
    def lost_shown(self) -> tuple[str, ...]:
        return self.lost[:MOST_SHOWN]


def preview(
    user: Any,
    organisation: Organisation,
    without: SynonymGroup | None = None,
    added: SynonymGroup | None = None,
) -> list[Change]:
    """Return what each word of the groups would find, `without` taken away and `added` put in.

    Nothing is written. As `user` sees the catalogue, on the first hundred answers of each search.
    """
    groups = list(groups_in_force(frozenset({organisation.pk})))
    after = [group for group in groups if without is None or group.pk != without.pk]
    if added is not None:
        after.insert(0, added)
    before_all, after_all = Thesaurus.of(rules_of(groups)), Thesaurus.of(rules_of(after))
    words: Iterable[str] = [
        name for group in (added, without) if group for name in names_in(group.asked)
    ]
    changes = []
    for text in list(dict.fromkeys(words))[:MOST_SEARCHES]:
        query = CatalogueQuery(text=text, size=MOST_READ)
        one, other = (
            search_catalogue(query, user, organisation.pk, thesaurus=thesaurus)
            for thesaurus in (before_all, after_all)
        )
        found = {hit.item.pk: hit.item.title for hit in one.hits}
        would = {hit.item.pk: hit.item.title for hit in other.hits}
        changes.append(
            Change(
                text,
                one.total,
                other.total,
                tuple(title for pk, title in would.items() if pk not in found),
                tuple(title for pk, title in found.items() if pk not in would),
            )
        )
    return changes
