"""What can be found: a registry of kinds, each with its loader and its document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.words import composed
from search.analysis import (
    analyse,
    joined_forms,
    joined_variants,
    joined_words,
)

# Positions beyond are not kept by PostgreSQL either; nobody looks that far in a page.
LONGEST_BODY = 60_000
# Encoders read the first words only (512 pieces of words for multilingual-e5-small).
LONGEST_SENSE = 1_000


@dataclass(frozen=True)
class Document:
    """A findable thing as text, with what filters it in Elasticsearch (`attributes`)."""

    object_id: int
    title: str
    keywords: str = ""
    summary: str = ""
    body: str = ""
    sort_at: datetime | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def sense_text(self) -> str:
        """Return what an encoder reads: the title and the sentence below it."""
        return f"{self.title}. {self.summary}"[:LONGEST_SENSE]

    @property
    def sense_hash(self) -> str:
        """Return what tells this text from all others."""
        return hashlib.sha256(self.sense_text.encode()).hexdigest()

    def columns(self) -> dict[str, str]:
        """Return the columns of the embedded index: tokens made by our analyser."""
        title, keywords, summary, body = (
            analyse(composed(text[:LONGEST_BODY]))
            for text in (self.title, self.keywords, self.summary, self.body)
        )
        return {
            "title": joined_forms(title),
            "keywords": joined_forms(keywords),
            "summary": joined_forms(summary),
            "body": joined_forms(body),
            "variants": joined_variants([*title, *keywords, *summary, *body]),
            "words": joined_words([*title, *keywords, *summary]),
        }


@dataclass(frozen=True)
class Kind:
    """A kind of findable thing.

    `load(ids)` gives the documents of those that may be found by somebody, in a bounded number of
    queries; those it leaves out are taken out of the index. `all_ids()` gives every such id.
    """

    name: str
    load: Callable[[Sequence[int]], Iterable[Document]]
    all_ids: Callable[[], Iterable[int]]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; the same name again replaces it."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Return the kind; raises KeyError when nobody registered it."""
    return _kinds[name]


def all_kinds() -> list[Kind]:
    """Return every kind, in the order of registration."""
    return list(_kinds.values())
