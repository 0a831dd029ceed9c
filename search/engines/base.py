"""What every engine is asked, and must answer alike (tests/search/test_contract.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from accounts.words import composed, fold
from search.analysis import words
from search.query import DISTANCES, CatalogueQuery
from search.results import Found
from search.text import TextQuery

LISTING, PAGE = "listing", "page"
EVENTS, BUT_EVENTS = "events", "but events"


class EngineError(Exception):
    """The engine does not answer (refused, too slow, broken): another one must."""


class EngineDeclines(Exception):
    """The engine works but should not answer this one: another one must, and nobody is told."""


@dataclass(frozen=True)
class Themes:
    """The tree of categories, loaded once a search."""

    id_of: dict[str, int] = field(default_factory=dict)
    parent_of: dict[int, int | None] = field(default_factory=dict)
    # The categories themselves, in the order of the filters.
    ordered: tuple[Any, ...] = ()

    def path(self, category_id: int | None) -> tuple[int, ...]:
        """Return the category and those above it."""
        path: list[int] = []
        while category_id is not None and category_id not in path:
            path.append(category_id)
            category_id = self.parent_of.get(category_id)
        return tuple(path)


@dataclass(frozen=True)
class ListingRequest:
    """A catalogue query for one reader, its slugs resolved."""

    query: CatalogueQuery
    text: TextQuery
    user: Any
    themes: Themes
    category_ids: frozenset[int] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    # Whose listings come first when there is no text; None for nobody.
    own_organisation_id: int | None = None

    @property
    def distance_bounds(self) -> tuple[int, ...]:
        """Return the bounds of the distance facet: the usual ones and the one asked."""
        if self.query.commune is None:
            return ()
        return tuple(sorted({*DISTANCES, *([self.query.distance] if self.query.distance else [])}))

    @property
    def prefers_own(self) -> bool:
        """Return whether one's own organisation comes first: only when nothing else orders."""
        return self.own_organisation_id is not None and not self.text and not self.query.sort


@dataclass(frozen=True)
class PageRequest:
    """Words to find in the editorial pages that a reader may open, own site first.

    `first` are pages that someone else puts before the answer (`search.pinned`): left out of it and
    and of its total, their places kept at the top. `kind`: EVENTS alone, BUT_EVENTS, or all.
    """

    text: TextQuery
    user: Any
    site: Any
    page: int = 1
    size: int = 20
    first: tuple[int, ...] = ()
    kind: str = ""

    def held_to(self, total: int) -> PageRequest:
        """Return the request on its page, or on the last one when `total` answers end before."""
        last = last_page(total + len(self.first), self.size)
        return replace(self, page=min(self.page, last))

    @property
    def window(self) -> slice:
        """Return which of the answers stand on this page, below those put first."""
        end = self.page * self.size - len(self.first)
        return slice(max(0, end - self.size), max(0, end))


@dataclass(frozen=True)
class CompletionRequest:
    """What is begun, for one reader: folded words, each of which must begin a word of a name."""

    words: tuple[str, ...]
    user: Any
    themes: Themes
    limit: int = 40  # of each kind: some go, once compared with the whole name

    def names(self, name: str) -> bool:
        """Return whether each word begins a word of this name."""
        whole = [fold(word) for word, _, _ in words(composed(name))]
        return all(any(one.startswith(begun) for one in whole) for begun in self.words)

    def named_themes(self, seen: Iterable[int | None]) -> tuple[int, ...]:
        """Return the categories so named among these and those above them."""
        above = {pk for one in seen for pk in self.themes.path(one)}
        return tuple(
            one.pk for one in self.themes.ordered if one.pk in above and self.names(one.name)
        )


@dataclass(frozen=True)
class Begun:
    """What may be meant, all of it in listings that the reader may see: keys of listings and of
    categories, slugs of tags, codes of communes."""

    listings: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()


class Engine(Protocol):
    """Raises EngineError or EngineDeclines; every identifier it returns is checked again."""

    name: str

    def find_listings(self, request: ListingRequest) -> Found: ...

    def count_words(self, request: ListingRequest) -> tuple[int, list[int]]:
        """Return how many listings the reader may find without the words, and in how many of them
        each group of words is (`TextQuery.wanted`)."""
        ...

    def find_pages(self, request: PageRequest) -> Found: ...

    def complete(self, request: CompletionRequest) -> Begun:
        """Return what the words begin, of each kind: more rather than less, the names are compared
        afterwards (`search.completion`)."""
        ...

    def words_near(self, request: ListingRequest, limit: int) -> set[str]:
        """Return words of documents that the reader may see, near those asked."""
        ...


def last_page(total: int, size: int) -> int:
    """Return the number of the last page, 1 when there is nothing."""
    return max(1, -(-total // size))
