"""No engine gives a hit, a total, a facet or a correction outside the reader's own catalogue."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation, Partnership, User, Verification
from accounts.words import composed, fold
from marketplace.models import Listing
from search.analysis import analyse
from search.catalogue import search_catalogue, search_pages
from search.completion import complete
from search.indexing import mark
from search.parsing import parse_query
from search.query import CatalogueQuery
from tests.factories import (
    AssociationFactory,
    CategoryFactory,
    CommuneFactory,
    ListingFactory,
    OrganisationFactory,
    PartnershipFactory,
    VerificationFactory,
    member,
)
from tests.search.conftest import ENGINES, settle

pytestmark = pytest.mark.django_db
SCOPES = ["organisation", "partners", "verified", "public"]
STATES = ["published", "published", "published", "paused", "draft"]
THINGS = ["vélo", "barnum", "salle", "remorque", "facilitation"]
quick = settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

listing_plans = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(SCOPES), st.sampled_from(STATES), st.sampled_from(THINGS)
    ),
    min_size=1,
    max_size=8,
)
pairs = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=4)


@pytest.mark.parametrize("engine", ENGINES)
@given(
    listings=listing_plans,
    partnerships=pairs,
    verifications=pairs,
    changes=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(SCOPES)), max_size=3),
    ended=st.booleans(),
    thing=st.sampled_from(["", *THINGS]),
)
@quick
def test_no_engine_shows_more_than_the_catalogue_of_the_reader(
    engine: str, listings: Any, partnerships: Any, verifications: Any, changes: Any,
    ended: bool, thing: str,
) -> None:  # fmt: skip
    _forget_everything()
    bodies: list[Organisation] = [
        OrganisationFactory(), OrganisationFactory(), OrganisationFactory(), AssociationFactory(),
    ]  # fmt: skip
    readers: list[Any] = [AnonymousUser(), *(member(body) for body in bodies)]
    for one, other in {tuple(sorted(pair)) for pair in partnerships}:
        if one != other and other < 3:
            PartnershipFactory(proposer=bodies[one], partner=bodies[other])
    for _, by in verifications:
        if by < 3 and not bodies[3].verifications.filter(by=bodies[by]).exists():
            VerificationFactory(association=bodies[3], by=bodies[by])
    made = [
        _named(f"{what} {next(serial)}", organisation=bodies[owner], scope=scope, state=state)
        for owner, scope, state, what in listings
    ]
    mark("listing", [listing.pk for listing in made])
    if engine == "elasticsearch":
        settle("listing")
    _check(engine, readers, thing, "once indexed")

    # Right after a change, with the worker stopped.
    for number, scope in changes:
        listing = made[number % len(made)]
        Listing.objects.filter(pk=listing.pk).update(scope=scope)
        mark("listing", [listing.pk])
    if ended:
        Partnership.objects.update(state="ended")
        Verification.objects.update(state="ended")
        memberships = readers[1].memberships.all()
        memberships.update(ends_at=memberships[0].starts_at)
    again = [
        User.objects.get(pk=reader.pk) if reader.is_authenticated else reader for reader in readers
    ]
    _check(engine, again, thing, "right after a change", complete_index=engine == "embedded")


serial = count(1)


def _named(title: str, **fields: Any) -> Listing:
    """Return a listing whose title begins the names of its category, its tag and its commune."""
    number = title.split()[-1]
    listing: Listing = ListingFactory(
        title=title,
        summary="",
        category=CategoryFactory(name=f"{title} rubrique"),
        commune=CommuneFactory(
            code=f"{number:0>5}", name=f"{title} bourg", folded_name=fold(f"{title} bourg")
        ),
        **fields,
    )
    listing.tags.add(f"{title} mot")
    return listing


def _forget_everything() -> None:
    ids = list(Listing.objects.values_list("pk", flat=True))
    Listing.objects.update(state="draft")
    mark("listing", ids)


def _check(
    engine: str, readers: list[Any], thing: str, when: str, complete_index: bool = True
) -> None:
    for reader in readers:
        allowed = Listing.objects.in_catalogue_for(reader)
        if thing:
            allowed = allowed.filter(title__startswith=thing)
        expected = dict(allowed.order_by().values_list("pk", "organisation_id"))
        result = search_catalogue(CatalogueQuery(text=thing), reader, engine=engine)
        found = {hit.item.pk for hit in result.hits}
        assert result.engine == engine
        assert found <= expected.keys(), when
        assert result.total == len(found), when
        by_organisation = Counter(expected[pk] for pk in found)
        assert result.facets["organisation"] == dict(by_organisation), when
        assert sum(result.facets["nature"].values()) == result.total, when
        if complete_index:
            assert found == expected.keys(), when
        # A correction is made of words of the reader's own catalogue.
        if thing:
            titles = set(allowed.values_list("title", flat=True))
            offered = [one.text for one in complete(thing[:3], reader, engine)]
            assert {" ".join(text.split()[:2]) for text in offered} <= titles, when
            if complete_index:
                assert bool(offered) == bool(titles), when
            wrong = thing[:-2] + thing[-1] + thing[-2]
            correction = search_catalogue(
                CatalogueQuery(text=wrong), reader, engine=engine
            ).correction
            if correction:
                words = {
                    fold(token.surface)
                    for title in Listing.objects.in_catalogue_for(reader).values_list(
                        "title", flat=True
                    )
                    for token in analyse(composed(title))
                }
                assert set(correction.text.split()) <= words


@pytest.fixture
def corpus(db: Any, request: pytest.FixtureRequest) -> User:
    reader = member(OrganisationFactory())
    listings = [
        ListingFactory(title=title, scope="public") for title in ("Vélo", "Barnum", "Salle 3 × 6")
    ]
    mark("listing", [listing.pk for listing in listings])
    if request.node.get_closest_marker("elasticsearch"):
        settle("listing")
    return reader


anything = st.one_of(
    st.text(max_size=80),
    st.text(alphabet='"*()^~-+:&|!<>\\/{}[]' + "'«» AND OR NOT NEAR vélo 3×6'@#$%", max_size=60),
    st.sampled_from(
        ["'" * 50, '"' * 51, "AND OR NOT", "vélo" * 4000, "\x00\x01", "🚲🚲", "‮vélo", "a" * 10_000,
         'title:"x" NEAR(a b, 5)', "{vélo} : *", "-" * 99, "٣ ३ ³", "ﬁlm", "ǅ", "ß", "İstanbul"]
    ),
)  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@given(text=anything)
@settings(quick, max_examples=80)
def test_whatever_is_typed_there_is_an_answer(engine: str, corpus: User, text: str) -> None:
    data = QueryDict(mutable=True)
    data["q"] = text
    parsed = parse_query(data, corpus)
    result = search_catalogue(parsed.query, corpus, engine=engine)
    assert not result.fell_back
    assert result.total <= 3


@given(
    parameters=st.dictionaries(
        st.sampled_from(
            ["q", "sens", "nature", "mode", "theme", "etiquette", "organisme", "lieu", "rayon",
             "du", "au", "tri", "page", "inconnu"]
        ),
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(["offre", "vehicule", "recent", "2027-06-12", "2027-02-30",
                             "31/12/2027",
                             "-1", "999999999999", "1e9", "²", "Metz, 20 km", "km", "0 km",
                             "Atlantide, 99999 km", "tout", "2099-01-01", "1/1/0000"]),
        ),
        max_size=8,
    )
)  # fmt: skip
@settings(quick, max_examples=80)
def test_whatever_the_address_holds_there_is_an_answer(
    corpus: User, parameters: dict[str, str]
) -> None:
    data = QueryDict(mutable=True)
    data.update(parameters)
    parsed = parse_query(data, corpus)
    search_catalogue(parsed.query, corpus)
    # What was understood says itself again.
    again = parse_query(QueryDict(parsed.query.query_string()), corpus)
    assert again.query == parsed.query


@given(text=anything)
@settings(quick, max_examples=40)
def test_pages_too_answer_whatever_is_typed(corpus: User, platform_site: Any, text: str) -> None:
    search_pages(text, corpus, platform_site)
