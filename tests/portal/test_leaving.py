"""Who leaves a collectivité: what they offered closes, what they kept changes hands."""

from __future__ import annotations

import pytest

from accounts.members.rules import end_membership
from accounts.models import Membership, Notice, User
from marketplace.exchanges.rules import accept
from tests.factories import join, member
from tests.marketplace.factories import World, ask, published, skill, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> World:
    return world()


def leave(person: User, w: World) -> None:
    membership = Membership.objects.get(user=person, organisation=w.metropole)
    end_membership(membership, User.objects.get(pk=w.chloe.pk))


def kinds_told(person: User) -> set[str]:
    return set(Notice.objects.filter(recipient=person).values_list("kind", flat=True))


def test_time_that_was_offered_is_offered_no_more(w: World) -> None:
    listing = skill(w.nadia, w.metropole)
    exchange = ask(listing, w.paul, w.partner)
    leave(w.nadia, w)
    listing.refresh_from_db()
    exchange.refresh_from_db()
    assert (listing.state, exchange.state) == ("archived", "cancelled")
    assert exchange.reason == "La personne a quitté son organisme."
    event = exchange.events.last()
    assert (event.actor, event.for_organisation) == (w.chloe, w.metropole)
    assert "exchange_cancelled" in kinds_told(w.paul)
    assert "exchange_cancelled" not in kinds_told(w.nadia)


def test_things_stay_with_the_organisation_in_other_hands(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.paul, w.partner)
    leave(w.nadia, w)
    listing.refresh_from_db()
    exchange.refresh_from_db()
    assert (listing.state, listing.keeper) == ("published", w.chloe)
    assert (exchange.state, exchange.keeper) == ("proposed", w.chloe)
    assert {"listing_handed_over", "exchange_handed_over"} <= kinds_told(w.chloe)
    accept(exchange, User.objects.get(pk=w.chloe.pk))
    assert exchange.state == "confirmed"


def test_whoever_asked_does_not_answer_themselves(w: World) -> None:
    second = member(w.metropole, "agent", "coordinator")
    exchange = ask(published(w.nadia, w.metropole), w.chloe, w.metropole)
    leave(w.nadia, w)
    exchange.refresh_from_db()
    assert (exchange.asked_by, exchange.keeper) == (w.chloe, second)


def test_the_deputy_takes_the_listing_if_they_are_still_there(w: World) -> None:
    first, second = published(w.nadia, w.metropole), published(w.nadia, w.metropole)
    first.deputy, second.deputy = w.karim, w.gone
    first.save()
    second.save()
    leave(w.nadia, w)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.keeper, second.keeper) == (w.karim, w.chloe)


def test_what_was_agreed_is_left_to_people(w: World) -> None:
    exchange = ask(published(w.paul, w.partner), w.nadia, w.metropole)
    accept(exchange, w.paul)
    leave(w.nadia, w)
    exchange.refresh_from_db()
    assert exchange.state == "confirmed"
    assert "exchange_left" in kinds_told(w.chloe)


def test_somebody_else_accompanies_what_the_person_accompanied(w: World) -> None:
    other = User.objects.get(pk=w.karim.pk)
    other.memberships.get().roles.create(kind="coordinator")
    exchange = ask(skill(w.nadia, w.metropole), w.paul, w.partner)
    assert exchange.coordinator in (w.chloe, other)
    successor = other if exchange.coordinator == w.chloe else w.chloe
    membership = Membership.objects.get(user=exchange.coordinator)
    end_membership(membership, User.objects.get(pk=successor.pk))
    exchange.refresh_from_db()
    assert exchange.coordinator == successor


def test_what_belongs_to_another_organisation_does_not_move(w: World) -> None:
    join(w.nadia, w.partner)
    elsewhere = published(User.objects.get(pk=w.nadia.pk), w.partner)
    leave(w.nadia, w)
    elsewhere.refresh_from_db()
    assert (elsewhere.state, elsewhere.keeper) == ("published", w.nadia)
