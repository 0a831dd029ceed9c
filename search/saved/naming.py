"""A query in words: what the list of one's searches shows, and the name that a form proposes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation
from marketplace.choices import Direction
from marketplace.models import Category, ListingTag
from search.facets import NATURE_LABELS, TRANSFER_LABELS, period_words, place_words
from search.query import CatalogueQuery

NBSP = "\u00a0"
DIRECTIONS = {Direction.OFFER: "offres", Direction.NEED: "besoins"}
EVERYTHING = "Toutes les annonces"
LONGEST_NAME, LONGEST_WORDS = 80, 300


def _parts(query: CatalogueQuery) -> list[str]:
    found = [f"«{NBSP}{query.text}{NBSP}»"] if query.text else []
    found += [DIRECTIONS[Direction(one)] for one in query.directions]
    found += [NATURE_LABELS[one].lower() for one in query.natures]  # type: ignore[index]
    found += [TRANSFER_LABELS[one].lower() for one in query.transfers]  # type: ignore[index]
    for rows, slugs, field in (
        (Category.objects.all(), query.categories, "name"),
        (ListingTag.objects.all(), query.tags, "name"),
        (Organisation.objects.all(), query.organisations, "short_name"),
    ):
        if slugs:
            named = dict(_named(rows, slugs, field))
            found += [named[slug] for slug in slugs if slug in named]
    if query.commune:
        found.append(place_words(query))
    if query.date_from or query.date_to:
        found.append(period_words(query))
    return found


def _named(rows: QuerySet[Any], slugs: tuple[str, ...], field: str) -> Iterable[tuple[str, str]]:
    return rows.filter(slug__in=slugs).order_by().values_list("slug", field)


def described(query: CatalogueQuery) -> str:
    """Return all that is asked, in words."""
    return _cut(", ".join(_parts(query)) or EVERYTHING, LONGEST_WORDS)


def suggested_name(query: CatalogueQuery) -> str:
    """Return a short name: the words alone when there are some, else what is asked."""
    parts = _parts(query)
    if query.text:
        parts[0] = query.text
    name = ", ".join(parts[:3]) or EVERYTHING
    return _cut(name[0].upper() + name[1:], LONGEST_NAME)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
