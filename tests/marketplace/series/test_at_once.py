"""Series truly at once: one wins whole, the other is told, and no instant exceeds capacity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Organisation, User
from accounts.references import new_reference
from marketplace.booking.models import Allocation
from marketplace.catalogue.models import Listing
from marketplace.exchanges.series import rules
from marketplace.exchanges.series.models import Series
from marketplace.exchanges.series.rules import Planned
from marketplace.exchanges.wishes import Wish
from marketplace.refusals import Refused
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.marketplace.booking.factories import at, bikes, next_monday
from tests.marketplace.booking.test_at_once import BEYOND, OVERLAPS, count
from tests.marketplace.booking.test_exchanges import bike_listing
from tests.marketplace.factories import world


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 2


def every_monday(
    listings: list[Listing], who: User, body: Organisation, hour: int, ref: str = ""
) -> Callable[[], Any]:
    """Return the booking of ten Mondays, turn by turn of each listing, with rows of its own."""
    mine = [
        Listing.objects.select_related("organisation", "resource").get(pk=one.pk)
        for one in listings
    ]
    me = User.objects.get(pk=who.pk)
    planned = []
    for number in range(10):
        day = next_monday() + timedelta(weeks=number)
        wish = Wish("", at(day, hour), at(day, hour + 2))
        planned.append(Planned(mine[number % len(mine)], wish))
    return lambda: rules.ask_all(
        me, body, planned, ref=ref or new_reference(), every_weeks=1, until=next_monday()
    )


@really_concurrent
def test_two_series_at_once_for_one_bike_are_one_whole_series() -> None:
    w = world()
    resources = [
        bikes(1, organisation=w.metropole, closed_on_public_holidays=False) for _ in range(2)
    ]
    here, there = (bike_listing(w, one) for one in resources)
    outcomes = at_once(
        # In opposite orders: who locks as it comes would wait for the other for ever.
        every_monday([here, there], w.karim, w.metropole, 9),
        every_monday([there, here], w.paul, w.partner, 9),
        every_monday([here, there], w.odile, w.association, 10),
    )
    won = [one for one in outcomes if isinstance(one, Series)]
    assert all(isinstance(one, Refused) for one in outcomes if not isinstance(one, Series)), (
        outcomes
    )
    assert 1 <= len(won) <= 2, "the first two do not meet in the same weeks"
    assert Allocation.objects.live().count() == 10 * len(won)
    assert (count(OVERLAPS), count(BEYOND)) == (0, 0)


@really_concurrent
def test_the_same_page_sent_twice_at_once_is_one_series() -> None:
    w = world()
    listing = bike_listing(w, bikes(1, organisation=w.metropole, closed_on_public_holidays=False))
    ref = new_reference()
    outcomes = at_once(
        *(every_monday([listing], w.karim, w.metropole, 9, ref=ref) for _ in range(3))
    )
    assert sum(isinstance(one, Series) for one in outcomes) == 1, outcomes
    assert sum(isinstance(one, rules.AlreadyPlanned) for one in outcomes) == 2, outcomes
    assert Series.objects.count() == 1
    assert Allocation.objects.live().count() == 10
