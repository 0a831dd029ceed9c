"""What a person means by their words: the subject, the way a listing should go, a place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accounts.models import Commune
from search.natural import listen
from search.places_in_words import find_place
from search.query import AROUND, CatalogueQuery, Place
from search.text import TextQuery


def place_of(commune: Commune, label: str = "") -> Place:
    """Return the commune as a place to look around; a point of nowhere when it has none."""
    return Place(
        code=commune.code,
        name=commune.name,
        label=label or commune.name,
        latitude=commune.latitude or 0.0,
        longitude=commune.longitude or 0.0,
    )


def understood(query: CatalogueQuery) -> CatalogueQuery:
    """Return the query with what its words say besides their subject; two look-ups at most.

    Words between quotation marks are wanted as they are: nothing is understood then. A place is
    looked for among the words only where the query has none.
    """
    if not query.text or TextQuery.parse(query.text).phrases:
        return query
    said = listen(query.text)
    words, near = said.text, None
    if query.commune is None and (place := find_place(words)):
        rest = " ".join(f"{words[: place.start]} {words[place.end :]}".split())
        if TextQuery.parse(rest):
            words, near = rest, place_of(place.commune)
    return replace(query, words=words, leaning=said.direction, near=near)


def settled(query: CatalogueQuery) -> CatalogueQuery:
    """Return the query as filters only, for what is asked again without its reader: the place that
    the words named leaves out what it would only have put after. The way does not: a sentence
    misunderstood would keep silent for ever."""
    if query.words is None:
        return query
    filters: dict[str, Any] = {"text": query.words}
    if query.near and not query.commune:
        filters |= {"commune": query.near, "distance": AROUND}
    return query.changed(**filters)
