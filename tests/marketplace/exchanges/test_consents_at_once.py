"""Truly at once: a manager and their deputy, a yes and a withdrawal, a no and the clock."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Notice, User
from marketplace.exchanges import policy
from marketplace.exchanges.consents import due, rules
from marketplace.exchanges.consents.models import TacitConsent
from marketplace.refusals import Refused
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.marketplace.exchanges.team import agreed, consent, stands_in, team
from tests.marketplace.factories import world

ROUNDS = 5


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 3


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def failed(outcomes: list[Any]) -> list[Exception]:
    found = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, Refused) for one in found), found
    return found


@really_concurrent
def test_a_manager_and_their_deputy_at_once_leave_one_answer() -> None:
    w = world()
    t = team(w)
    stands_in(t.thomas, w.karim)
    for _ in range(ROUNDS):
        exchange = agreed(w)
        mine, theirs = consent(exchange), consent(exchange)
        thomas, karim = fresh(t.thomas), fresh(w.karim)
        outcomes = at_once(
            lambda one=mine, who=thomas: rules.agree(one, who),
            lambda one=theirs, who=karim: rules.refuse(one, who, "busy"),
        )
        assert len(failed(outcomes)) == 1
        answered = consent(exchange)
        assert answered.state in ("given", "refused")
        assert answered.events.filter(what__in=["given", "refused"]).count() == 1


@really_concurrent
def test_a_yes_and_a_withdrawal_at_once_never_confirm_what_lacks_one() -> None:
    w = world()
    t = team(w)
    for _ in range(ROUNDS):
        exchange = agreed(w)
        rules.agree(consent(exchange, "host_manager"), t.bruno)
        home, own = consent(exchange), consent(exchange, "agent")
        thomas, nadia = fresh(t.thomas), fresh(w.nadia)
        outcomes = at_once(
            lambda one=home, who=thomas: rules.agree(one, who),
            lambda one=own, who=nadia: rules.withdraw(one, who, "Un empêchement."),
        )
        assert failed(outcomes) == []
        exchange.refresh_from_db()
        assert exchange.state == "agreed"
        assert len(policy.missing_to_confirm(exchange)) == 1


@really_concurrent
def test_a_no_and_the_clock_at_once_leave_one_answer() -> None:
    w = world()
    t = team(w)
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    later = timezone.now() + timedelta(days=10)
    for _ in range(ROUNDS):
        exchange = agreed(w)
        one = consent(exchange)
        Notice.objects.filter(pk=one.notice_id).update(sent_at=timezone.now())
        thomas = fresh(t.thomas)
        outcomes = at_once(
            lambda one=one, who=thomas: rules.refuse(one, who, "cover"),
            lambda: due.settle_due(later),
        )
        failed(outcomes)
        answered = consent(exchange)
        assert answered.state in ("refused", "tacit")
        assert answered.events.filter(what__in=["refused", "tacit"]).count() == 1
