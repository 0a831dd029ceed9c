"""Answers, cancellations and bookings truly at once: one winner, no deadlock, no place lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Organisation, User
from marketplace.booking.models import Allocation
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.marketplace.booking.factories import bikes
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import world


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 3


def act(rule: Callable, exchange: Exchange, who: User, *words: str) -> Callable[[], Any]:
    """Return the action as another process would do it: with rows of its own."""
    mine, me = Exchange.objects.for_page().get(pk=exchange.pk), User.objects.get(pk=who.pk)
    return lambda: rule(mine, me, *words)


def booking(listing: Listing, who: User, body: Organisation, *hours: Any) -> Callable[[], Any]:
    mine = Listing.objects.select_related("organisation", "resource").get(pk=listing.pk)
    me = User.objects.get(pk=who.pk)
    return lambda: book(mine, me, body, *hours)


@really_concurrent
def test_two_yes_at_once_for_one_bike_are_one() -> None:
    w = world()
    for _ in range(5):
        listing = bike_listing(w, bikes(1, organisation=w.metropole), access="on_request")
        first = book(listing, w.karim, w.metropole)
        second = book(listing, w.paul, w.partner)
        outcomes = at_once(
            act(rules.accept, first, w.nadia),
            act(rules.accept, second, w.nadia),
        )
        refused = [one for one in outcomes if isinstance(one, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], Refused), refused
        assert Allocation.objects.live().filter(resource=listing.resource).count() == 1


@really_concurrent
def test_a_cancellation_and_a_new_booking_at_once_never_wait_for_each_other() -> None:
    w = world()
    for _ in range(5):
        listing = bike_listing(w, bikes(1, organisation=w.metropole))
        mine = book(listing, w.karim, w.metropole)
        waits = book(listing, w.paul, w.partner, waits=True)
        outcomes = at_once(
            act(rules.cancel, mine, w.karim, "Non."),
            booking(listing, w.odile, w.association),
            act(rules.cancel, waits, w.paul),
        )
        wrong = [one for one in outcomes if isinstance(one, Exception)]
        assert all(isinstance(one, Refused) for one in wrong), outcomes
        assert not isinstance(outcomes[0], Exception)
        live = Allocation.objects.live().filter(resource=listing.resource)
        assert live.count() <= 1
        for row in live:
            assert row.exchange.state in ("confirmed", "waiting")


@really_concurrent
def test_eight_people_at_once_for_three_bikes_are_three_and_five() -> None:
    w = world()
    listing = bike_listing(w, bikes(3, organisation=w.metropole))
    people = [w.karim, w.paul, w.sonia, w.odile] * 2
    bodies = [w.metropole, w.partner, w.stranger, w.association] * 2
    hours = [(9, 12)] * 4 + [(10, 11)] * 4
    asked = zip(people, bodies, hours, strict=True)
    outcomes = at_once(*(booking(listing, *each) for each in asked))
    booked = [one for one in outcomes if isinstance(one, Exchange)]
    assert len(booked) == 3, outcomes
    assert all(isinstance(one, Refused) for one in outcomes if not isinstance(one, Exchange))
    assert Allocation.objects.live().count() == Exchange.objects.count() == 3
