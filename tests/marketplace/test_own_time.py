"""An agent's own time is theirs: their employer, which they were told has not to know, reads none.

Somebody follows it all the same, of who receives or of another house that verified the association.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Notice, User, Verification
from accounts.todos.registry import COORDINATION, todos_for
from marketplace.exchanges import leaving, rights
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.coming import rules as coming
from marketplace.exchanges.following import rules as following
from marketplace.exchanges.mediation import rights as mediation
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.own_time import followers_of
from marketplace.insight import exports, figures, piles
from marketplace.refusals import Refused
from tests.factories import VerificationFactory, member
from tests.marketplace.factories import World, ask, hands, published, skill

pytestmark = pytest.mark.django_db
Made = Callable[[World], Exchange]
TERMS = {"places": 3, "for_whom": "les habitants"}


def comes(w: World, whose_time: str = "own") -> Exchange:
    return coming.come(hands(w), w.nadia, w.metropole, whose_time=whose_time)


def answers(w: World) -> Exchange:
    need = published(w.odile, w.association, "need mission time")
    return ask(need, w.nadia, w.metropole, whose_time="own")


def offers(w: World) -> Exchange:
    return ask(skill(w.nadia, w.metropole, "own"), w.odile, w.association)


def fresh(exchange: Exchange) -> Exchange:
    return Exchange.objects.for_page().get(pk=exchange.pk)


def reads(person: User, exchange: Exchange) -> bool:
    person = User.objects.get(pk=person.pk)
    return Exchange.objects.visible_to(person).filter(pk=exchange.pk).exists()


def in_file(body: Any) -> bool:
    return len(list(exports.exchanges(body))) > 1


def counted(body: Any) -> bool:
    return bool(figures._exchanges_of(body).exists())


@pytest.mark.parametrize("made", [comes, answers, offers])
def test_the_coordination_of_the_employer_reads_nothing_of_it(
    w: World, client_for: Callable[..., Client], made: Made
) -> None:
    exchange = made(w)
    assert exchange.coordinator is None, "the employer alone verified the association"
    assert not Notice.objects.filter(recipient=w.chloe).exists()
    assert not reads(w.chloe, exchange)
    assert client_for(w.chloe).get(exchange.get_absolute_url()).status_code == 404
    assert not rights.side_of(w.chloe, fresh(exchange))
    assert w.chloe not in followers_of(fresh(exchange))
    with pytest.raises(Refused, match="revient à la coordination"):
        following.remind(fresh(exchange), w.chloe)
    desk = piles.Desk(w.chloe, frozenset({w.metropole.pk}))
    assert not piles.new(desk).exists()
    Exchange.objects.filter(pk=exchange.pk).update(state="agreed", wanted_from=exchange.created_at)
    waits = todos_for(User.objects.get(pk=w.chloe.pk), COORDINATION)
    assert exchange.get_absolute_url() not in [one.url for one in waits]
    assert not in_file(w.metropole)
    assert not counted(w.metropole)
    # Both sides do.
    assert reads(w.nadia, exchange)
    assert reads(w.odile, exchange)
    assert in_file(w.association)
    assert counted(w.association)


@pytest.mark.parametrize("made", [comes, answers, offers])
def test_one_person_of_another_house_that_verified_the_association_is_named(
    w: World, client_for: Callable[..., Client], made: Made
) -> None:
    VerificationFactory(association=w.association, by=w.partner)
    lea = member(w.partner, "coordinator", first_name="Léa", last_name="Roche")
    exchange = fresh(made(w))
    assert exchange.coordinator == lea
    assert exchange.coordinator_body == w.partner
    assert Notice.objects.filter(recipient=lea, kind="exchange_to_follow").exists()
    assert reads(lea, exchange)
    assert rights.side_of(lea, exchange) == rights.COORDINATION
    assert rights.acting_for(lea, exchange) == w.partner
    assert list(mediation.mediators_of(exchange)) == [lea]
    page = client_for(w.nadia).get(exchange.get_absolute_url()).text
    assert "Léa Roche" in page
    assert client_for(lea).get(exchange.get_absolute_url()).status_code == 200
    desk = piles.Desk(lea, frozenset({w.partner.pk}))
    assert piles.new(desk).get() == exchange
    # Named, and alone: those who only verified read no dossier, nor count it.
    assert not reads(member(w.partner, "coordinator"), exchange)
    assert not in_file(w.partner)
    Verification.objects.filter(by=w.partner).delete()
    assert not reads(lea, exchange)


def test_who_is_named_and_leaves_is_replaced(w: World) -> None:
    VerificationFactory(association=w.association, by=w.partner)
    lea, next_one = member(w.partner, "coordinator"), member(w.partner, "coordinator")
    exchange = comes(w)
    assert exchange.coordinator == lea
    now = timezone.now()
    Membership.objects.filter(user=lea).update(
        starts_at=now - timedelta(days=9), ends_at=now - timedelta(minutes=1)
    )
    leaving.person_left(lea, w.partner, None)
    assert fresh(exchange).coordinator == next_one


def test_a_public_body_that_receives_it_follows_it(w: World) -> None:
    lea = member(w.partner, "coordinator")
    need = published(w.paul, w.partner, "need mission time", terms=TERMS)
    exchange = coming.come(need, w.nadia, w.metropole, whose_time="own")
    assert exchange.coordinator == lea
    assert fresh(exchange).coordinator_body == w.partner
    assert reads(lea, exchange)
    assert not reads(w.chloe, exchange)
    assert (counted(w.partner), counted(w.metropole)) == (True, False)


def test_a_house_that_receives_its_own_agents_follows_and_counts_them(w: World) -> None:
    need = published(w.karim, w.metropole, "need mission time", terms=TERMS)
    exchange = coming.come(need, w.nadia, w.metropole, whose_time="own")
    assert exchange.coordinator == w.chloe
    assert reads(w.chloe, exchange)
    assert counted(w.metropole)
    assert in_file(w.metropole)


def test_working_time_is_the_employer_s_to_follow(w: World) -> None:
    exchange = comes(w, "working")
    assert exchange.coordinator == w.chloe
    assert fresh(exchange).coordinator_body == w.metropole
    assert reads(w.chloe, exchange)
    assert counted(w.metropole)
    assert in_file(w.metropole)


def test_the_volunteers_of_an_association_are_counted_by_it(w: World) -> None:
    need = published(w.karim, w.metropole, "need mission time", terms=TERMS)
    exchange = exchange_rules.ask(
        need, w.odile, w.association, exchange_rules.Wish(message="Nous venons.")
    )
    assert exchange.coordinator == w.chloe
    assert counted(w.association)
    assert in_file(w.association)
