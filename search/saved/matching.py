"""Which alerts a listing answers: few candidates by their keys, then the catalogue's own rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.places.distance import distance_km
from marketplace.catalogue.places import point_of_listing
from marketplace.choices import Scope
from marketplace.models import Listing
from search.catalogue import request_of
from search.engines.base import Themes
from search.engines.embedded import answering
from search.known import Known, load_themes
from search.models import ThesaurusVersion
from search.query import CatalogueQuery
from search.saved.keys import has_all, keys_of
from search.saved.models import AlertRhythm, Finding, SavedSearch, SearchKey
from search.synonyms.in_force import thesaurus_for
from search.text import TextQuery

# Two databases may round the last metre differently: the true rule decides it.
ROUNDING = 1.01
# What makes a listing one's own: nobody is told what they wrote.
OWN = ("author_id", "keeper_id", "deputy_id", "entered_by_id")


def alerts_for(listing: Listing, keys: frozenset[str] | None = None) -> list[SavedSearch]:
    """Return the alerts that the listing answers now and that were not told of it, with owners.

    Exactly those whose query, asked by their owner of a catalogue that held nothing else, would
    find it. Its words must be in the embedded index already.
    """
    themes = load_themes()
    return [
        search
        for search in candidates(listing, keys_of(listing) if keys is None else keys)
        if listing.pk in found_by(search, [listing.pk], themes)
    ]


def candidates(listing: Listing, keys: frozenset[str]) -> list[SavedSearch]:
    """Return the alerts that may be answered: one query, then what is cheap to see in memory."""
    own = [pk for pk in (getattr(listing, name) for name in OWN) if pk]
    point = point_of_listing(listing)
    by_key = SearchKey.objects.filter(key__in=sorted(keys)).order_by().values("search")
    version = thesaurus_version()
    # Its keys are of other synonyms: it is asked, until `tick` writes them anew.
    stale = ~Q(indexed_with=version)
    told = Finding.objects.filter(search=OuterRef("pk"), listing=listing)
    searches = (
        speaking()
        .filter(_may_read(listing), ~Exists(told), Q(pk__in=by_key) | stale)
        .exclude(owner__in=own)
        .select_related("owner", "organisation")
        .order_by("pk")
    )
    return [
        one
        for one in searches
        if (one.indexed_with != version or has_all(keys, one.groups))
        and _is_near(one.catalogue_query, point)
    ]


def speaking() -> QuerySet[SavedSearch]:
    """Return the alerts that still tell somebody something.

    Not those of who has left (the account, or the collectivité in whose name it speaks), nor those
    whose days are past.
    """
    here = Membership.objects.live().filter(
        user=OuterRef("owner"), organisation=OuterRef("organisation")
    )
    to_come = Q(last_day__isnull=True) | Q(last_day__gte=timezone.localdate())
    return SavedSearch.objects.filter(
        to_come,
        Q(organisation__isnull=True) | Exists(here),
        owner__is_active=True,
        owner__anonymised_at__isnull=True,
    ).exclude(rhythm=AlertRhythm.NEVER)


def found_by(search: SavedSearch, listing_ids: Iterable[int], themes: Themes) -> set[int]:
    """Return those of `listing_ids` that the search finds for its owner now, by the true rule."""
    query = search.catalogue_query
    request = request_of(query, search.owner, None, Known(themes=themes))
    request = replace(request, text=words_of(search, query))
    rows: QuerySet[Any] = answering(request).filter(pk__in=list(listing_ids))
    return set(rows.order_by().values_list("pk", flat=True))


def words_of(search: SavedSearch, query: CatalogueQuery) -> TextQuery:
    """Return the words of the query with their other names: those of the collectivité in whose name
    the alert speaks, else of the platform."""
    if not query.terms:
        return query.terms
    return thesaurus_for(AnonymousUser(), search.organisation_id).expand(query.terms)


def thesaurus_version() -> str:
    """Return what changes whenever a synonym does; empty while there are none."""
    return ThesaurusVersion.objects.values_list("token", flat=True).first() or ""


def _may_read(listing: Listing) -> Q:
    """Return a condition on owners that no reader of the listing fails; many others do."""
    bodies = {listing.organisation_id}
    if listing.scope == Scope.PARTNERS:
        partners = Organisation.objects.partners_of([listing.organisation_id])
        bodies |= set(partners.order_by().values_list("pk", flat=True))
    elif listing.scope != Scope.ORGANISATION:
        return Q()
    members = Membership.objects.live().filter(organisation__in=bodies)
    return Q(owner__in=members.order_by().values("user"))


def _is_near(query: CatalogueQuery, point: tuple[float, float] | None) -> bool:
    if query.commune is None or query.distance is None:
        return True
    if point is None:
        return False
    return distance_km(*point, *query.commune.point) <= query.distance * ROUNDING
