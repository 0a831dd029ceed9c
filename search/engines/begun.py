"""Completions on each database: beginnings of words among what the reader may see."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Q

from accounts.models import Commune
from marketplace.models import Listing, ListingTag
from search.analysis import forms_of
from search.engines.base import LISTING, Begun, CompletionRequest
from search.engines.matching import Plain
from search.models import Row, VectorRow

# Shorter, the beginning of a stem says nothing any more.
SHORTEST_STEM = 3
# Tags that begin alike, before looking at which the reader may see: SQLite takes so many.
MOST_NAMED = 500


def begun(request: CompletionRequest) -> Begun:
    """Return what the words begin in the reader's catalogue, in five queries."""
    visible = Listing.objects.in_catalogue_for(request.user).order_by()
    titles = (
        _titled(request)
        .filter(found_id__in=visible.values("pk"))
        .order_by("-sort_at", "-object_id")
        .values_list("object_id", flat=True)
    )
    communes = Commune.objects.filter(
        _begins("folded_name", request), pk__in=visible.values("commune")
    )
    most = request.limit
    return Begun(
        listings=tuple(titles[:most]),
        categories=request.named_themes(visible.values_list("category", flat=True).distinct()),
        tags=_tags(request, visible),
        communes=tuple(communes.order_by("-population").values_list("pk", flat=True)[:most]),
    )


def _begins(field: str, request: CompletionRequest) -> Q:
    """Return the condition «each word begins a word of this field», folded and spaced."""
    condition = Q()
    for word in request.words:
        first = Q(**{f"{field}__startswith": word})
        condition &= first | Q(**{f"{field}__contains": f" {word}"})
    return condition


def _tags(request: CompletionRequest, visible: Any) -> tuple[str, ...]:
    """Return the slugs of the tags so named: names are not kept folded, so all are read first."""
    every = ListingTag.objects.order_by("name").values_list("pk", "name")
    named = [pk for pk, name in every if request.names(name)][:MOST_NAMED]
    seen = ListingTag.objects.filter(
        pk__in=named, listings__content_object__in=visible.values("pk")
    )
    return tuple(seen.order_by("name").values_list("slug", flat=True).distinct()[: request.limit])


def _titled(request: CompletionRequest) -> Any:
    """Return the rows whose title may hold a word that begins with each of these.

    Titles are kept as stems, and whole words together with those of other fields: so a stem of the
    title that begins as typed, or that begins what is typed, and a whole word that begins as typed.
    """
    if connection.vendor == "postgresql":
        parts = []
        for word in request.words:
            ways = [f"{word}:*A", *(f"{stem}:A" for stem in _stems(word))]
            parts.append(f"({' | '.join(ways)}) & {word}:*")
        query = SearchQuery(" & ".join(parts), config="simple", search_type="raw")
        rows: Any = VectorRow.objects.filter(kind=LISTING, vector=query)
        return rows.annotate(found_id=F("object_id"))
    parts = []
    for word in request.words:
        ways = [f'"{word}"*', *(f'"{stem}"' for stem in _stems(word))]
        parts.append(f'title:({" OR ".join(ways)}) AND words:"{word}"*')
    rows = Row.objects.annotate(
        found_kind=Plain(F("kind"), output_field=CharField()),
        found_id=Plain(F("object_id"), output_field=BigIntegerField()),
    )
    return rows.filter(found_kind=LISTING, full_text__table__matches=" AND ".join(parts))


def _stems(word: str) -> list[str]:
    """Return what a whole word that begins so may have become: its own forms, its beginnings."""
    shorter = [word[:end] for end in range(SHORTEST_STEM, len(word))]
    return [form for form in dict.fromkeys([*forms_of(word), *shorter]) if form]
