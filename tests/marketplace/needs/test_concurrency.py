"""Eight people for three places, at the same moment: three have one, five wait in line."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.coming import rules
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.factories import member
from tests.marketplace.factories import ask, hands, world


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 4


def _come(need: Listing, person: User, body):
    who = User.objects.get(pk=person.pk)
    return lambda: rules.come(need, who, body, whose_time="own")


@really_concurrent
def test_eight_people_for_three_places() -> None:
    w = world()
    for _ in range(3):
        need = hands(w, places=3)
        people = [member(w.metropole, "agent") for _ in range(8)]
        outcomes = at_once(*(_come(need, one, w.metropole) for one in people))
        assert all(isinstance(one, Exchange) for one in outcomes), outcomes
        held = Exchange.objects.filter(listing=need, place__isnull=False)
        assert sorted(held.values_list("place", flat=True)) == [1, 2, 3]
        assert Exchange.objects.filter(listing=need, state="waiting").count() == 5


@really_concurrent
def test_eight_taps_of_one_person_are_one() -> None:
    w = world()
    need = hands(w, places=3)
    outcomes = at_once(*(_come(need, w.nadia, w.metropole) for _ in range(8)))
    assert sum(isinstance(one, Exchange) for one in outcomes) == 1
    assert all(isinstance(one, Exchange | rules.AlreadyComing) for one in outcomes), outcomes
    assert Exchange.objects.filter(listing=need).count() == 1


@really_concurrent
def test_leaving_and_coming_at_once_never_give_a_place_twice() -> None:
    w = world()
    need = hands(w, places=3)
    first = [_come(need, member(w.metropole, "agent"), w.metropole)() for _ in range(3)]
    leaving = [
        lambda one=one: rules.no_longer(
            Exchange.objects.for_page().get(pk=one.pk), User.objects.get(pk=one.asked_by_id)
        )
        for one in first
    ]
    arriving = [_come(need, member(w.metropole, "agent"), w.metropole) for _ in range(5)]
    outcomes = at_once(*leaving, *arriving)
    assert all(isinstance(one, Exchange | Refused) for one in outcomes), outcomes
    held = Exchange.objects.filter(listing=need, place__isnull=False)
    assert sorted(held.values_list("place", flat=True)) == [1, 2, 3]
    assert not held.filter(state="cancelled").exists()


@really_concurrent
def test_two_yeses_for_the_last_place_are_one() -> None:
    w = world()
    for _ in range(3):
        need = hands(w, places=1)
        answers = [
            ask(need, member(w.metropole, "agent"), w.metropole, whose_time="own") for _ in range(2)
        ]
        for one in answers:
            exchange_rules.accept(one, w.odile)  # they have met
        outcomes = at_once(*(_accept(one, w.odile) for one in answers))
        assert sum(isinstance(one, Exchange) for one in outcomes) == 1, outcomes
        assert sum(isinstance(one, Refused) for one in outcomes) == 1, outcomes
        assert Exchange.objects.filter(listing=need, place__isnull=False).count() == 1


def _accept(exchange: Exchange, keeper: User):
    same, who = Exchange.objects.for_page().get(pk=exchange.pk), User.objects.get(pk=keeper.pk)
    return lambda: exchange_rules.accept(same, who)
