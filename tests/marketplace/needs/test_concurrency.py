"""Eight people for three places, at the same moment: three have one, five wait in line."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.coming import places, rules
from marketplace.exchanges.consents import rules as consents
from marketplace.exchanges.consents.models import Consent
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


def _say_yes(consent: Consent, person: User):
    who = User.objects.get(pk=person.pk)
    return lambda: consents.agree(Consent.objects.for_page().get(pk=consent.pk), who)


def _give_up(exchange: Exchange, person: User):
    who = User.objects.get(pk=person.pk)
    return lambda: rules.no_longer(Exchange.objects.for_page().get(pk=exchange.pk), who)


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
    leaving = [_give_up(one, one.asked_by) for one in first]
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


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_whoever_answers_locks_the_place_before_the_dossier() -> None:
    """The other way round, the manager's yes and the agent's no would wait for each other."""
    w = world()
    exchange = rules.come(hands(w, places=1), w.nadia, w.metropole, whose_time="own")
    Exchange.objects.filter(pk=exchange.pk).update(state="agreed", whose_time="working")
    consent = Consent.objects.create(
        exchange=exchange,
        participant=exchange.participants.get(),
        kind=Consent.Kind.AGENT,
        organisation=w.metropole,
        asked_of=w.nadia,
        expires_at=timezone.now() + timedelta(days=2),
    )
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            places.lock(exchange.slot_id)  # as who gives up does first
            answering = pool.submit(_in_its_own_connection, _say_yes(consent, w.nadia))
            _wait_until_somebody_waits()
            Exchange.objects.select_for_update(nowait=True).get(pk=exchange.pk)
        assert answering.result().state == "given"


def _in_its_own_connection(act: Callable[[], object]) -> object:
    try:
        return act()
    finally:
        connection.close()


def _wait_until_somebody_waits() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
