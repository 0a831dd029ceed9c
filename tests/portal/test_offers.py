"""Offers on intranet pages: those that the reader may see, and no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.models import Organisation
from home.offers import offers_for
from search.indexing import mark
from tests.factories import (
    CommuneFactory,
    ListingFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
    member,
)


def offer(title: str, **fields: Any) -> Any:
    listing = ListingFactory(title=title, summary="", **fields)
    mark("listing", [listing.pk])
    return listing


def titles(user: Any, here: Organisation | None, **asked: Any) -> list[str]:
    request = RequestFactory().get("/")
    request.user, request.collectivite = user, here
    return [row["title"] for row in offers_for(request, **asked)]


@pytest.fixture
def bikes(collectivite: Organisation) -> Organisation:
    """One bike by scope, lent by the collectivité."""
    for scope in ("organisation", "partners", "verified", "public"):
        offer(
            f"Vélo {scope}",
            organisation=collectivite,
            scope=scope,
            commune=collectivite.commune,
        )
    return collectivite


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("nobody", {"public"}),
        ("nobody signed in", {"public"}),
        ("stranger", {"public", "verified"}),
        ("partner", {"public", "verified", "partners"}),
        ("agent", {"public", "verified", "partners", "organisation"}),
    ],
)
@pytest.mark.parametrize("asked", [{"words": "vélo"}, {"near": True}])
def test_the_scope_of_an_offer_holds_here_too(
    bikes: Organisation, reader: str, seen: set[str], asked: dict[str, Any]
) -> None:
    partner = OrganisationFactory()
    PartnershipFactory(proposer=bikes, partner=partner)
    people = {
        "nobody": AnonymousUser(),
        "nobody signed in": UserFactory(),
        "stranger": member(OrganisationFactory(), "agent"),
        "partner": member(partner, "agent"),
        "agent": member(bikes, "agent"),
    }
    found = titles(people[reader], bikes, limit=10, **asked)
    assert set(found) == {f"Vélo {scope}" for scope in seen}


@pytest.mark.usefixtures("collectivite")
def test_one_of_the_phrases_is_enough_but_all_its_words_are_wanted() -> None:
    for title in ("Salle de réunion", "Salle de sport", "Vélo-cargo", "Barnum"):
        offer(title, scope="public")
    found = titles(AnonymousUser(), None, words="salle de réunion, vélos ; poterie")
    assert set(found) == {"Salle de réunion", "Vélo-cargo"}


def test_needs_and_what_is_not_online_are_no_offers(collectivite: Organisation) -> None:
    offer("Vélo cherché", direction="need", scope="public")
    offer("Vélo en pause", state="paused", scope="public")
    agent = member(collectivite, "agent")
    assert titles(agent, collectivite, words="vélo") == []
    assert titles(agent, collectivite, near=True) == []


@pytest.mark.parametrize("words", ["", " ,; ", "de la", '"', "«»", "*", "a" * 3000, "\x00"])
def test_words_that_say_nothing_find_nothing(collectivite: Organisation, words: str) -> None:
    offer("Vélo", scope="public")
    assert titles(AnonymousUser(), collectivite, words=words) == []


def test_near_is_around_ones_own_organisation_the_nearest_first(
    collectivite: Organisation,
) -> None:
    here = collectivite.commune  # Metz
    woippy = CommuneFactory(code="57751", name="Woippy", latitude=49.1515, longitude=6.1497)
    nancy = CommuneFactory(code="54395", name="Nancy", latitude=48.6881, longitude=6.1734)
    for title, commune in (
        ("Loin", nancy),
        ("À côté", woippy),
        ("Ici", here),
        ("Nulle part", None),
    ):
        offer(title, commune=commune, scope="public")
    agent = member(collectivite, "agent")
    offer("La mienne", commune=here, author=agent, scope="public")
    assert titles(agent, collectivite, near=True, limit=10) == ["Ici", "À côté"]
    assert titles(agent, collectivite, near=True, limit=1) == ["Ici"]


def test_nobody_knows_where_the_reader_is(platform_site: Any) -> None:
    offer("Vélo", scope="public", commune=CommuneFactory())
    assert titles(UserFactory(), None, near=True) == []
    assert titles(UserFactory(), None, words="vélo") == ["Vélo"]


def test_few_or_many_offers_cost_the_same(
    collectivite: Organisation, django_assert_num_queries: Any
) -> None:
    agent = member(collectivite, "agent")
    offer("Vélo", scope="public", commune=collectivite.commune)
    titles(agent, collectivite, words="vélo")  # who is reading is known from here on
    costs = {"words": 1, "near": 1}
    for _ in range(2):
        with django_assert_num_queries(costs["words"]):
            titles(agent, collectivite, words="vélo, barnum", limit=10)
        with django_assert_num_queries(costs["near"]):
            titles(agent, collectivite, near=True, limit=10)
        for number in range(9):
            offer(f"Vélo {number}", scope="public", commune=collectivite.commune)
