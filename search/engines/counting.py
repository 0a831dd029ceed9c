"""Facets that ignore their own filter, from one grouped count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from search.engines.base import ListingRequest
from search.results import ANY_DISTANCE, FACETS

# direction, nature, transfer, category, organisation, distance band, how many
Combination = tuple[str, str, str, int | None, int, int, int]


def count(request: ListingRequest, rows: Iterable[Combination]) -> tuple[int, dict[str, Any]]:
    """Return the total and the counts by facet: a row counts in a facet when it passes all the
    other filters, and in the total when it passes all."""
    query, themes, bounds = request.query, request.themes, request.distance_bounds
    directions, natures, transfers = (
        set(query.directions),
        set(query.natures),
        set(query.transfers),
    )
    near = bounds.index(query.distance) if query.distance and query.commune else None
    facets: dict[str, Counter[Any]] = {name: Counter() for name in FACETS}
    total = 0
    for direction, nature, transfer, category, organisation, band, number in rows:
        path = themes.path(category)
        failed = [
            name
            for name, passes in (
                ("direction", not directions or direction in directions),
                ("nature", not natures or nature in natures),
                ("transfer", not transfers or transfer in transfers),
                (
                    "category",
                    not request.category_ids or not request.category_ids.isdisjoint(path),
                ),
                (
                    "organisation",
                    not request.organisation_ids or organisation in request.organisation_ids,
                ),
                ("distance", near is None or band <= near),
            )
            if not passes
        ]
        if len(failed) > 1:
            continue
        if not failed:
            total += number
        values: dict[str, Iterable[Any]] = {
            "direction": (direction,),
            "nature": (nature,),
            "transfer": (transfer,),
            "category": path,
            "organisation": (organisation,),
            "distance": (*bounds[band:], ANY_DISTANCE) if bounds else (),
        }
        for name in failed or FACETS:
            for value in values[name]:
                facets[name][value] += number
    return total, {name: dict(counts) for name, counts in facets.items()}
