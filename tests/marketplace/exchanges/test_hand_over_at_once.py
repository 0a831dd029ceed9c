"""Two people note or confirm the same thing truly at once: one wins, and it is written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import User
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.handover import rules
from marketplace.exchanges.handover.models import HandOver
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording import rules as recording
from marketplace.exchanges.recording.models import Record
from marketplace.refusals import Refused
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.marketplace.factories import World, ask, facts, published, world


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 3


def lent(w: World) -> Exchange:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    return exchange_rules.accept(exchange, w.nadia)


def _noting(exchange: Exchange, who: User) -> Callable[[], HandOver]:
    same, who = Exchange.objects.get(pk=exchange.pk), User.objects.get(pk=who.pk)
    return lambda: rules.record(same, who, "leaving", State())


def _answering(noted: HandOver, who: User, words: str) -> Callable[[], HandOver]:
    same, who = HandOver.objects.get(pk=noted.pk), User.objects.get(pk=who.pk)
    return lambda: rules.answer(same, who, words)


@really_concurrent
def test_both_sides_note_the_departure_at_once() -> None:
    w = world()
    for _ in range(4):
        exchange = lent(w)
        outcomes = at_once(*(_noting(exchange, who) for who in (w.nadia, w.odile)))
        assert sum(isinstance(one, HandOver) for one in outcomes) == 1, outcomes
        assert sum(isinstance(one, Refused) for one in outcomes) == 1, outcomes
        assert exchange.hand_overs.count() == 1
        assert exchange.events.filter(to_state="under_way").count() == 1


@really_concurrent
def test_two_confirm_at_once() -> None:
    w = world()
    for _ in range(4):
        exchange = lent(w)
        rules.record(exchange, w.odile, "leaving", State())
        back = rules.record(exchange, w.odile, "return", State())
        outcomes = at_once(_answering(back, w.nadia, ""), _answering(back, w.chloe, "Un lest."))
        assert sum(isinstance(one, HandOver) for one in outcomes) == 1, outcomes
        assert sum(isinstance(one, Refused) for one in outcomes) == 1, outcomes


def _confirming(exchange: Exchange, who: User) -> Callable[[], Record]:
    same, who = Exchange.objects.for_page().get(pk=exchange.pk), User.objects.get(pk=who.pk)
    return lambda: recording.confirm(same, who, seen=1)


@really_concurrent
def test_the_facts_and_the_return_confirmed_at_once_complete_it() -> None:
    w = world()
    for _ in range(4):
        exchange = lent(w)
        rules.record(exchange, w.odile, "leaving", State())
        back = rules.record(exchange, w.odile, "return", State())
        recording.say(exchange, w.odile, facts(exchange, "1", "units"))
        outcomes = at_once(_answering(back, w.chloe, ""), _confirming(exchange, w.nadia))
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        assert exchange.events.filter(to_state="completed").count() == 1
