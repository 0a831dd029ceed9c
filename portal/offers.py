"""Offers of the marketplace on the pages of the intranets: what `home.offers` asks for."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest

from home.offers import Row, register_offers
from marketplace.catalogue.places import home_of
from marketplace.catalogue.presentation import row
from marketplace.choices import Direction
from marketplace.models import Listing, Photo
from search.engines.base import LISTING
from search.engines.matching import matching
from search.geo import LATITUDE, LONGITUDE, Kilometres, box_q
from search.text import TextQuery

NEAR_KM = 30
MOST_PHRASES = 6
_BETWEEN_PHRASES = re.compile(r"[,;\n]+")


@register_offers
def find_offers(
    request: HttpRequest, *, words: str = "", near: bool = False, limit: int = 3
) -> list[Row]:
    """Return rows of offers that the reader may see; see `home.offers.offers_for`.

    Asked of the embedded index, which is always current: one query, and those of the rows.
    """
    user: Any = request.user
    home = home_of(user, request.collectivite)  # type: ignore[attr-defined]
    found: QuerySet[Any] = Listing.objects.in_catalogue_for(user).filter(direction=Direction.OFFER)
    if words.strip():
        speaks = spoken_of(words)
        if not speaks:
            return []
        found = found.filter(speaks)
    if near:
        if home is None:
            return []
        # One's own are no news.
        found = (
            found.exclude(author_id=user.pk)
            .annotate(row_latitude=LATITUDE, row_longitude=LONGITUDE)
            .filter(box_q(*home, NEAR_KM))
        )
    order: list[Any] = [F("published_at").desc(nulls_last=True), "-pk"]
    if home is not None:
        found = found.annotate(away=Kilometres(*home))
        order.insert(0, F("away").asc(nulls_last=True))
        if near:
            found = found.filter(away__lte=NEAR_KM)
    # A pictogram is enough here: photographs are in the catalogue, and cost two queries.
    listings = (
        found.select_related("organisation", "department", "category", "commune")
        .select_related("skill_terms", "need_terms")
        .prefetch_related(Prefetch("photos", Photo.objects.none()))
        .order_by(*order)[:limit]
    )
    return [row(listing, user, home) for listing in listings]


def spoken_of(words: str) -> Q:
    """Return the condition «speaks of one of these», each a word or a phrase between commas.

    All the words of one phrase are wanted together: «salle de réunion» is not any «salle». Empty
    when nothing in them can be looked for.
    """
    wanted = Q()
    for phrase in _BETWEEN_PHRASES.split(words)[:MOST_PHRASES]:
        if text := TextQuery.parse(phrase):
            wanted |= Q(pk__in=matching(LISTING, text).order_by().values("object_id"))
    return wanted
