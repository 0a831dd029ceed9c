"""What a search answers, whatever engine found it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from search.query import CatalogueQuery

# Facets are counted under these names; distances by their bound in kilometres, 0 for anywhere.
FACETS = ("direction", "nature", "transfer", "category", "organisation", "distance")
ANY_DISTANCE = 0


@dataclass(frozen=True)
class Found:
    """An engine's answer: identifiers in order, how many in all, counts by facet."""

    ids: tuple[int, ...]
    total: int
    page: int = 1
    facets: dict[str, dict[Any, int]] = field(default_factory=dict)
    # Those that hold some of the words only, as far as it was looked at.
    partial: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Hit:
    """A listing or a page, loaded afresh, with what matched marked (safe HTML)."""

    item: Any
    title_html: SafeString
    summary_html: SafeString
    distance_km: float | None = None
    pinned: bool = False  # put first by the editors
    partial: bool = False  # holds some of the words only


@dataclass(frozen=True)
class Correction:
    """Another spelling that has answers among what the reader may see."""

    text: str
    total: int


@dataclass(frozen=True)
class CatalogueResult:
    query: CatalogueQuery
    hits: tuple[Hit, ...]
    total: int
    page: int
    facets: dict[str, dict[Any, int]]
    engine: str
    milliseconds: float
    fell_back: bool = False
    # No answer had all the words: these have some of them.
    relaxed: bool = False
    correction: Correction | None = None
    # When nothing answers several words: those that alone would have answers.
    words_alone: tuple[str, ...] = ()
    # Near in sense only: beside the answers, never counted (`search.sense`).
    kindred: tuple[Hit, ...] = ()

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.query.size))
