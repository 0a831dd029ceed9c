"""Listings like another one: those within reach, of the same theme first, then of the same kind.

Asked of the database through the reader's own door, not of an engine: there are no words to match,
and the page of a listing must not count facets that it does not show.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from marketplace.catalogue.places import point_of_listing
from marketplace.models import Listing
from search.geo import Band, Kilometres

FEW = 3
# Kilometres as the crow flies: an hour and a half of road, the most one drives to fetch a thing or
# to lend a hand. Near enough to be like another, first: a quarter of an hour more or less.
REACH, NEARBY = 100, 20


def similar_to(listing: Listing, user: Any) -> QuerySet[Listing]:
    """Return at most three others in the catalogue of `user`, ready for rows.

    The nearest first among those alike; none beyond `REACH`, unless it is also done at a distance.
    One without a place comes after those that have one.
    """
    same_kind = Q(nature=listing.nature, transfer=listing.transfer)
    closeness = [When(same_kind, then=Value(2))]
    wanted = same_kind
    if theme := listing.category:
        family = theme.parent_id or theme.pk
        near_theme = Q(category__parent=family) | Q(category=family)
        wanted |= near_theme
        closeness = [
            When(category=theme.pk, then=Value(0)),
            When(near_theme, then=Value(1)),
            *closeness,
        ]
    order: list[Any] = [Case(*closeness, output_field=IntegerField())]
    found = Listing.objects.in_catalogue_for(user).filter(wanted, direction=listing.direction)
    if point := point_of_listing(listing):
        away = Kilometres(*point)
        found = found.alias(away=away).filter(
            Q(away__lte=REACH) | Q(away__isnull=True) | Q(remote=True)
        )
        order = [Band(away, (NEARBY, REACH)), *order, F("away").asc(nulls_last=True)]
    return (
        found.exclude(pk=listing.pk)
        .for_rows()
        # A row shows photos, and no tag.
        .prefetch_related(None)
        .prefetch_related("photos__renditions")
        .order_by(*order, "-published_at", "-pk")[:FEW]
    )
