"""An alert finds what its query, asked by its owner, would find: one by one is the oracle."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organisation, Partnership, User
from marketplace.choices import Scope
from marketplace.models import Category, Listing, ListingTag
from search.catalogue import search_catalogue
from search.indexing import mark
from search.models import SynonymGroup
from search.query import CatalogueQuery, Place
from search.saved import rules
from search.saved.keys import groups_of, keys_of
from search.saved.matching import alerts_for
from search.saved.models import SavedSearch
from search.saved.storing import pack, signature_of, unpack
from tests.factories import (
    AssociationFactory,
    CategoryFactory,
    CommuneFactory,
    ListingFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
    VerificationFactory,
    member,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
METZ = Place("57463", "Metz", "Metz", 49.1191, 6.1727)
DAY = timezone.localdate() + timedelta(days=40)

WORDS = [
    "vélo", "velos", "vélodrome", "cargo", "vélo cargo", "« vélo cargo »", '"cargo vélo"', "jeux",
    "l’animée", "anim", "57000", "3x6", "m²", "œuvre", "mairie", "de la", "ô", "BAFA", "barn",
    "prêt de matériel", "vallees", "Élan", "cherche vélo", "AND", "é", "a1b2", "12e5",
]  # fmt: skip
TITLES = [
    "Vélo cargo", "Cargo à vélo", "Barnum 3x6 m²", "Deux vélos", "Jeux animés", "Animation BAFA",
    "Vélodrome de la mairie", "Œuvre 57000", "Élan a1b2", "Un truc 12e5",
]  # fmt: skip

days = st.none() | st.integers(-20, 20).map(lambda n: DAY + timedelta(days=n))
some = lambda values: st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)  # noqa: E731


@st.composite
def queries(draw: Any) -> CatalogueQuery:
    first, last = draw(days), draw(days)
    if first and last and last < first:
        first, last = last, first
    near = draw(st.booleans())
    return CatalogueQuery(
        text=draw(st.just("") | st.sampled_from(WORDS)),
        directions=draw(some(["offer", "need"])),
        natures=draw(some(["equipment", "vehicle"])),
        transfers=draw(some(["loan", "gift"])),
        categories=draw(some(["mobilite", "velos", "fetes", "disparue"])),
        tags=draw(some(["neuf", "cargo"])),
        organisations=draw(some(["corps-0", "corps-1", "asso"])),
        commune=METZ if near else None,
        distance=draw(st.sampled_from([1, 5, 20, None])) if near else None,
        date_from=first,
        date_to=last,
    )


@st.composite
def listings(draw: Any) -> dict[str, Any]:
    start, end = draw(days), draw(days)
    if start and end and end < start:
        start, end = end, start

    def moment(day: date | None, more: int = 0) -> datetime | None:
        if day is None:
            return None
        return datetime(day.year, day.month, day.day, tzinfo=PARIS) + timedelta(days=more)

    lat, lon = draw(st.sampled_from([(None, None), (49.12, 6.18), (49.16, 6.2), (49.3, 6.3)]))
    return {
        "title": draw(st.sampled_from(TITLES)),
        "summary": draw(st.sampled_from(["", "Prêté par la mairie", "Un vélo"])),
        "direction": draw(st.sampled_from(["offer", "need"])),
        "nature": draw(st.sampled_from(["equipment", "vehicle"])),
        "transfer": draw(st.sampled_from(["loan", "gift"])),
        "scope": draw(st.sampled_from(Scope.values)),
        "state": draw(st.sampled_from(["published", "published", "published", "paused"])),
        "latitude": lat,
        "longitude": lon,
        "available_from": moment(start),
        "available_until": moment(end, 1),
        "owner": draw(st.integers(0, 2)),
        "category_slug": draw(st.sampled_from([None, "mobilite", "velos", "fetes"])),
        "tag_slugs": draw(some(["neuf", "cargo", "bleu"])),
        "near": draw(st.booleans()),
    }


def _world(partners: bool, verified: bool, left: bool) -> tuple[list[Organisation], list[User]]:
    Listing.objects.all().delete()
    SavedSearch.objects.all().delete()
    Partnership.objects.all().delete()
    bodies = [
        Organisation.objects.filter(slug=slug).first() or factory(slug=slug)
        for slug, factory in (
            ("corps-0", OrganisationFactory), ("corps-1", OrganisationFactory),
            ("asso", AssociationFactory),
        )
    ]  # fmt: skip
    bodies[2].verifications.all().delete()
    if partners:
        PartnershipFactory(proposer=bodies[1], partner=bodies[0])
    if verified:
        VerificationFactory(association=bodies[2], by=bodies[0])
    readers = [*(member(body) for body in bodies), UserFactory()]
    if left:
        past = timezone.now() - timedelta(days=1)
        Membership.objects.filter(user=readers[0]).update(
            starts_at=past - timedelta(days=1), ends_at=past
        )
    top = Category.objects.filter(slug="mobilite").first() or CategoryFactory(slug="mobilite")
    for slug, parent in (("velos", top), ("fetes", None)):
        if not Category.objects.filter(slug=slug).exists():
            CategoryFactory(slug=slug, parent=parent)
    return bodies, readers


def _made(bodies: list[Organisation], fields: dict[str, Any]) -> Listing:
    values = dict(fields)
    owner, near = bodies[values.pop("owner")], values.pop("near")
    slug, tags = values.pop("category_slug"), values.pop("tag_slugs")
    category = Category.objects.get(slug=slug) if slug else None
    commune = CommuneFactory() if near else None
    listing = ListingFactory(organisation=owner, category=category, commune=commune, **values)
    listing.tags.set(tags)
    mark("listing", [listing.pk])
    return Listing.objects.get(pk=listing.pk)


def _found_one_by_one(listing: Listing) -> set[int]:
    """The oracle: each query asked through the catalogue's own door, by its owner, from scratch."""
    found = set()
    for search in SavedSearch.objects.exclude(rhythm="never"):
        query = search.catalogue_query.changed(size=500)
        owner = User.objects.get(pk=search.owner_id)
        answer = search_catalogue(query, owner, search.organisation_id, engine="embedded")
        # What is near the words (a slip forgiven, some of the words) is worth a look, not a letter.
        found_whole = {hit.item.pk for hit in answer.hits if not hit.partial}
        if not answer.correction and listing.pk in found_whole:
            found.add(search.pk)
    return found


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    asked=st.lists(st.tuples(queries(), st.integers(0, 3)), min_size=1, max_size=8),
    there=st.lists(listings(), min_size=1, max_size=3),
    partners=st.booleans(),
    verified=st.booleans(),
    left=st.booleans(),
)
def test_a_listing_finds_exactly_the_alerts_that_would_find_it(
    asked: Any, there: Any, partners: bool, verified: bool, left: bool
) -> None:
    bodies, readers = _world(partners, verified, left)
    for query, who in asked:
        if not SavedSearch.objects.filter(
            owner=readers[who], signature=signature_of(query)
        ).exists():
            kept = rules.keep(readers[who], query, organisation=None)
            # Who left is silent by another rule: here, only the queries are compared.
            SavedSearch.objects.filter(pk=kept.pk).update(organisation=None)
    for fields in there:
        listing = _made(bodies, fields)
        assert {one.pk for one in alerts_for(listing)} == _found_one_by_one(listing)


@settings(max_examples=200, deadline=None)
@given(query=queries())
def test_a_query_is_kept_whole(query: CatalogueQuery) -> None:
    assert unpack(pack(query)) == query
    assert signature_of(unpack(pack(query))) == signature_of(query)


def test_each_search_has_few_keys(w: Any) -> None:
    """An alert is found by its rarest demand, not by all of them."""
    query = CatalogueQuery(text="un vélo électrique", directions=("offer",), categories=("velos",))
    search = rules.keep(w.nadia, query, organisation=w.metropole)
    keys = set(search.keys.values_list("key", flat=True))
    assert keys == {"w:electr", "b:electrique"}
    assert len(groups_of(query, query.terms)) == 4


@pytest.mark.parametrize("there", ["Biporteur", "Vélo cargo", "Triporteur"])
def test_other_names_find_too(w: Any, there: str) -> None:
    """Those of the day on which the search was kept, and those written since."""
    SynonymGroup.objects.create(asked="vélo cargo, biporteur")
    rules.keep(w.karim, CatalogueQuery(text="vélo cargo"), organisation=w.metropole)
    rules.keep(w.karim, CatalogueQuery(text="biporteur"), organisation=w.metropole)
    SynonymGroup.objects.create(asked="triporteur, biporteur, vélo cargo")
    for _ in range(2):
        listing = ListingFactory(title=there, summary="")
        mark("listing", [listing.pk])
        assert len(alerts_for(listing)) == len(_found_one_by_one(listing)) == 2
        rules.index_stale()


def test_a_listing_has_the_beginnings_of_its_words(w: Any) -> None:
    listing = ListingFactory(title="Vélodrome")
    mark("listing", [listing.pk])
    assert {"w:velodrom", "b:velo", "b:velodrome", "*"} <= keys_of(listing)
    assert ListingTag.objects.count() == 0
