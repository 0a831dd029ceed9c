"""One query language for the catalogue, whatever engine answers.

The address of the page is the query: French names and values outside, one frozen object inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from marketplace.choices import Direction, Nature, Transfer
from search.text import TextQuery

PAGE_SIZE = 20
LONGEST_TEXT = 200
DISTANCES = (5, 20, 50)
DEFAULT_DISTANCE = 20
FARTHEST = 200
# A place among the words: what is nearer comes first, before any nicety of the words.
AROUND = 30
ANYWHERE = "tout"

RELEVANCE, RECENT, NEAREST = "relevance", "recent", "distance"

# Words of the address, in French, for the keys of the code.
DIRECTION_WORDS = {"offre": Direction.OFFER, "besoin": Direction.NEED}
NATURE_WORDS = {
    "competence": Nature.SKILL,
    "materiel": Nature.EQUIPMENT,
    "local": Nature.PREMISES,
    "vehicule": Nature.VEHICLE,
    "bureau": Nature.DESK,
    "mission": Nature.MISSION,
}
TRANSFER_WORDS = {
    "temps": Transfer.TIME,
    "pret": Transfer.LOAN,
    "don": Transfer.GIFT,
    "accueil": Transfer.HOSTING,
}
SORT_WORDS = {"pertinence": RELEVANCE, "recent": RECENT, "distance": NEAREST}


@dataclass(frozen=True)
class Place:
    """A commune around which one looks; `label` is what the field shows."""

    code: str
    name: str
    label: str
    latitude: float
    longitude: float

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


@dataclass(frozen=True)
class CatalogueQuery:
    """What one looks for in the catalogue; every field empty means everything.

    Several values of one field: any of them. Different fields: all of them. `distance` is in
    kilometres and needs a `commune`. `date_from` and `date_to` are both included: an offer must be
    free from the first to the last, a need must fall on one of those days at least.
    """

    text: str = ""
    directions: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    transfers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    commune: Place | None = None
    distance: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    sort: str = ""
    page: int = 1
    size: int = PAGE_SIZE
    # What `text` says besides its subject (`search.understanding`): the words left to look for
    # (None: all of them), the way that a sentence tells, a commune among the words. They order
    # the answers and leave none out.
    words: str | None = None
    leaning: str = ""
    near: Place | None = None

    @cached_property  # a search reads it several times
    def terms(self) -> TextQuery:
        return TextQuery.parse(self.text if self.words is None else self.words)

    @property
    def around(self) -> Place | None:
        """Return the commune from which distances are written: the one asked, or named."""
        return self.commune or self.near

    @property
    def effective_sort(self) -> str:
        """Return the order to use: what was asked when it can be done, else what fits."""
        has_text = bool(self.terms)
        if self.sort == NEAREST and self.commune:
            return NEAREST
        if self.sort == RECENT or not has_text:
            return RECENT
        return RELEVANCE

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """Return the wished days as a half-open period in local time."""
        zone = timezone.get_current_timezone()
        start = end = None
        if self.date_from:
            start = datetime.combine(self.date_from, time.min, zone)
        if self.date_to:
            end = datetime.combine(self.date_to + timedelta(days=1), time.min, zone)
        return start, end

    @property
    def is_filtered(self) -> bool:
        return self.without_filters() != replace(self, page=1, sort="")

    def without_filters(self) -> CatalogueQuery:
        """Return the same words with nothing else."""
        return CatalogueQuery(
            text=self.text,
            size=self.size,
            words=self.words,
            leaning=self.leaning,
            near=self.near,
        )

    def changed(self, **changes: Any) -> CatalogueQuery:
        """Return the query with these fields changed, back on its first page.

        Other words are not understood yet: they are looked for as they are.
        """
        if "text" in changes:
            changes = {"words": None, "leaning": "", "near": None, **changes}
        return replace(self, **{"page": 1, **changes})

    def parameters(self) -> list[tuple[str, str]]:
        """Return the names and values of the address, in a fixed order, defaults left out."""
        pairs: list[tuple[str, str]] = []
        if self.text:
            pairs.append(("q", self.text))
        for name, known, values in (
            ("sens", DIRECTION_WORDS, self.directions),
            ("nature", NATURE_WORDS, self.natures),
            ("mode", TRANSFER_WORDS, self.transfers),
            ("tri", SORT_WORDS, (self.sort,) if self.sort else ()),
        ):
            pairs += [(name, _word(known, value)) for value in values]
        pairs += [("theme", slug) for slug in self.categories]
        pairs += [("etiquette", slug) for slug in self.tags]
        pairs += [("organisme", slug) for slug in self.organisations]
        if self.commune:
            pairs.append(("lieu", self.commune.label))
            pairs.append(("rayon", str(self.distance) if self.distance else ANYWHERE))
        if self.date_from:
            pairs.append(("du", self.date_from.isoformat()))
        if self.date_to:
            pairs.append(("au", self.date_to.isoformat()))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def query_string(self) -> str:
        """Return the address's query, encoded, without its question mark."""
        return urlencode(self.parameters())

    def address(self, path: str = "/marche/") -> str:
        query = self.query_string()
        return f"{path}?{query}" if query else path


def _word(known: Mapping[str, str], value: str) -> str:
    return next(word for word, key in known.items() if key == value)
