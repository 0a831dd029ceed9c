"""Who sees what: every scope and state, for every reader, in lists, pages and files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from marketplace.files import photo_guard
from marketplace.models import Exchange, Listing
from tests.factories import (
    AssociationFactory,
    ExchangeFactory,
    ListingFactory,
    OrganisationFactory,
    member,
)
from tests.marketplace.factories import World, draft

READERS = (
    "anonymous",
    "unverified",
    "association",
    "colleague",
    "partner",
    "stranger",
    "ended",
    "coordinator",
    "staff",
    "author",
)
MEMBERS = {"colleague", "coordinator", "author"}
VERIFIED = MEMBERS | {"association", "partner", "stranger"}
# (state, scope) → who reads it.
MATRIX = {
    ("published", "organisation"): MEMBERS,
    ("published", "partners"): MEMBERS | {"partner"},
    ("published", "verified"): VERIFIED,
    ("published", "public"): set(READERS),
    ("draft", "public"): {"author"},
    ("submitted", "public"): {"author", "coordinator"},
    ("returned", "public"): {"author", "coordinator"},
    ("paused", "public"): {"author", "coordinator"},
    ("archived", "verified"): {"author", "coordinator"},
    ("withdrawn", "public"): {"author", "coordinator"},
}


def reader(w: World, name: str) -> Any:
    people = {
        "anonymous": AnonymousUser(),
        "unverified": w.remi,
        "association": w.odile,
        "colleague": w.karim,
        "partner": w.paul,
        "stranger": w.sonia,
        "ended": w.gone,
        "coordinator": w.chloe,
        "staff": w.staff,
        "author": w.nadia,
    }
    return people[name]


@pytest.mark.parametrize(("state", "scope"), MATRIX)
def test_a_listing_is_read_by_those_it_is_for_and_by_nobody_else(
    w: World, client_for: Callable[..., Client], state: str, scope: str
) -> None:
    listing = draft(w.nadia, w.metropole, scope=scope)
    Listing.objects.filter(pk=listing.pk).update(
        state=state, published_at=listing.created_at, return_reason="Une raison."
    )
    seen, opened, filed = set(), set(), set()
    for name in READERS:
        user = reader(w, name)
        if Listing.objects.visible_to(user).filter(pk=listing.pk).exists():
            seen.add(name)
        browser = client_for(None if name == "anonymous" else user)
        status = browser.get(listing.get_absolute_url()).status_code
        # What has left the catalogue says so, and nothing more, to whom could read it.
        assert status in (200, 404, 410)
        if status == 200:
            opened.add(name)
        if photo_guard(f"photos/{listing.ref}/x.jpg", user, None):
            filed.add(name)
    assert seen == opened == filed == MATRIX[state, scope]


def test_unknown_and_hidden_look_alike(w: World, client_for: Callable[..., Client]) -> None:
    hidden = draft(w.nadia, w.metropole)
    browser = client_for(w.sonia)
    one = browser.get(f"/marche/offres/{hidden.ref}/")
    other = browser.get("/marche/offres/0000000000/")
    assert one.status_code == other.status_code == 404
    tokens = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    pages = [
        tokens.sub(b"", page.content).replace(ref.encode(), b"x")
        for page, ref in ((one, hidden.ref), (other, "0000000000"))
    ]
    assert pages[0] == pages[1]


def test_the_wrong_folder_leads_to_the_right_one(
    w: World, client_for: Callable[..., Client]
) -> None:
    listing = draft(w.nadia, w.metropole)
    answer = client_for(w.nadia).get(f"/marche/besoins/{listing.ref}/")
    assert answer.headers["Location"] == listing.get_absolute_url()


@pytest.mark.parametrize("name", READERS)
def test_an_exchange_is_read_by_its_two_sides_and_their_coordination(
    w: World, client_for: Callable[..., Client], name: str
) -> None:
    from tests.marketplace.factories import ask, published

    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    allowed = name in ("author", "association", "coordinator")
    browser = client_for(None if name == "anonymous" else reader(w, name))
    expected = 302 if name == "anonymous" else 200 if allowed else 404
    assert browser.get(exchange.get_absolute_url()).status_code == expected
    post = browser.post(f"{exchange.get_absolute_url()}message/", {"body": "Bonjour"})
    assert post.status_code == (404 if expected == 404 else 302)


@pytest.mark.django_db
def test_who_may_commit_a_public_body_does_not_read_its_agents_drafts() -> None:
    body = OrganisationFactory()
    agent, director = member(body, "agent"), member(body, "representative")
    draft = ListingFactory(organisation=body, author=agent, state="draft", published_at=None)
    exchange = ExchangeFactory(listing=ListingFactory(organisation=body, author=agent))
    assert draft not in Listing.objects.visible_to(director)
    assert exchange not in Exchange.objects.visible_to(director)


@pytest.mark.django_db
def test_the_volunteers_of_an_association_share_its_dossiers() -> None:
    association = AssociationFactory()
    author, other = member(association, "representative"), member(association, "representative")
    need = ListingFactory(
        organisation=association, author=author, direction="need", state="draft", published_at=None
    )
    exchange = ExchangeFactory(receiver=association, asked_by=author)
    assert need in Listing.objects.visible_to(other)
    assert exchange in Exchange.objects.visible_to(other)
