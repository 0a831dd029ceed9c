"""Listings like another one: the same theme first, then the same kind, the nearest of them first.

Asked of the database through the reader's own door, not of an engine: there are no words to match,
and the page of a listing must not count facets that it does not show.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Abs, Coalesce

from marketplace.catalogue.places import point_of_listing
from marketplace.models import Listing

FEW = 3
FAR_AWAY = 1_000.0


def similar_to(listing: Listing, user: Any) -> QuerySet[Listing]:
    """Return at most three others in the catalogue of `user`, ready for rows."""
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
    if point := point_of_listing(listing):
        order.append(_steps_from(point))
    return (
        Listing.objects.in_catalogue_for(user)
        .filter(wanted, direction=listing.direction)
        .exclude(pk=listing.pk)
        .for_rows()
        # A row shows photos, and no tag.
        .prefetch_related(None)
        .prefetch_related("photos__renditions")
        .order_by(*order, "-published_at", "-pk")[:FEW]
    )


def _steps_from(point: tuple[float, float]) -> Any:
    """Return how far a listing is, in degrees: enough to range three of them."""
    far = Value(FAR_AWAY, output_field=FloatField())
    latitude = Coalesce(F("latitude"), F("commune__latitude"), far)
    longitude = Coalesce(F("longitude"), F("commune__longitude"), far)
    return Abs(latitude - Value(point[0])) + Abs(longitude - Value(point[1]))
