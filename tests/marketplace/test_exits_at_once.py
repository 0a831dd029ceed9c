"""Two people at once on the ways out of an exchange: one wins, the other is told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from marketplace.exchanges import rules
from marketplace.exchanges.interrupting import participants
from marketplace.exchanges.interrupting import rules as stopping
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.interrupting.rules import Stop
from marketplace.exchanges.mediation import rules as mediating
from marketplace.exchanges.mediation.models import Mediation
from marketplace.exchanges.models import Exchange, Participant
from marketplace.refusals import Refused
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.factories import member
from tests.marketplace.factories import World, ask, published, skill, world


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 6


def going_on(w: World, *, time: bool = False) -> Exchange:
    listing = skill(w.nadia, w.metropole) if time else published(w.nadia, w.metropole)
    exchange = ask(listing, w.odile, w.association)
    Exchange.objects.filter(pk=exchange.pk).update(
        state="under_way", contact_accepted_at=timezone.now(), expires_at=None
    )
    return exchange


def fresh(exchange: Exchange) -> Exchange:
    return Exchange.objects.for_page().get(pk=exchange.pk)


def again(person: User) -> User:
    """Return the same person as another request knows them."""
    return User.objects.get(pk=person.pk)


def one_refused(outcomes: list) -> None:
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert len(refused) == 1, outcomes
    assert isinstance(refused[0], Refused), refused


@really_concurrent
def test_of_two_coordinators_at_once_one_follows_the_mediation() -> None:
    w = world()
    other = member(w.metropole, "coordinator")
    for _ in range(5):
        mediation = mediating.ask(fresh(going_on(w)), w.odile, "La toile est déchirée.")
        mine, hers = (Mediation.objects.for_page().get(pk=mediation.pk) for _ in range(2))
        one_refused(
            at_once(
                partial(mediating.take, mine, again(w.chloe)),
                partial(mediating.take, hers, again(other)),
            )
        )
        mediation.refresh_from_db()
        assert mediation.mediator in (w.chloe, other)


@really_concurrent
def test_both_sides_ask_at_once_and_there_is_one_mediation() -> None:
    w = world()
    for _ in range(5):
        exchange = going_on(w)
        one_refused(
            at_once(
                partial(mediating.ask, fresh(exchange), again(w.odile), "Moi."),
                partial(mediating.ask, fresh(exchange), again(w.nadia), "Moi."),
            )
        )
        assert Mediation.objects.filter(exchange=exchange).count() == 1


@really_concurrent
def test_a_cancellation_and_a_yes_at_once_leave_one_winner() -> None:
    w = world()
    for _ in range(5):
        exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
        one_refused(
            at_once(
                partial(rules.accept, fresh(exchange), again(w.nadia)),
                partial(rules.cancel, fresh(exchange), again(w.odile), "Non."),
            )
        )
        exchange.refresh_from_db()
        assert exchange.state != "proposed"


@really_concurrent
def test_an_end_and_a_mediation_at_once_leave_one_winner() -> None:
    w = world()
    for _ in range(5):
        exchange = going_on(w)
        one_refused(
            at_once(
                partial(stopping.stop, fresh(exchange), again(w.nadia), Stop("safety")),
                partial(mediating.ask, fresh(exchange), again(w.odile), "Moi."),
            )
        )
        exchange.refresh_from_db()
        stopped = Interruption.objects.filter(exchange=exchange).exists()
        assert exchange.state == ("interrupted" if stopped else "disputed")


@really_concurrent
def test_the_last_two_who_leave_at_once_leave_somebody() -> None:
    w = world()
    for _ in range(5):
        exchange = going_on(w, time=True)
        exchange.participants.create(user=w.karim)
        one_refused(
            at_once(
                partial(participants.leave, fresh(exchange), again(w.nadia)),
                partial(participants.leave, fresh(exchange), again(w.karim)),
            )
        )
        coming = exchange.participants.exclude(state=Participant.State.LEFT)
        assert coming.count() == 1


@really_concurrent
def test_an_end_taken_back_twice_at_once_is_taken_back_once() -> None:
    w = world()
    for _ in range(5):
        exchange = going_on(w)
        day = timezone.localdate() + timedelta(days=9)
        stopping.stop(fresh(exchange), w.odile, Stop("no_need", "", day))
        one_refused(
            at_once(
                partial(stopping.take_back, fresh(exchange), again(w.odile)),
                partial(stopping.take_back, fresh(exchange), again(w.odile)),
            )
        )
        assert not Interruption.objects.that_count().filter(exchange=exchange).exists()
