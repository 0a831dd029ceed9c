"""A month at a glance says, day by day, what a booking would say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.booking import calendar, presentation, rules
from marketplace.booking.calendar import days_of, month_of, weeks
from marketplace.booking.models import Allocation, Closure, Resource
from marketplace.booking.rules import Period
from tests.marketplace.booking.factories import (
    again,
    at,
    bikes,
    chairs,
    hours,
    next_monday,
    period,
    room,
)

pytestmark = pytest.mark.django_db


def day(resource: Resource, wanted: date, **kw) -> calendar.Day:
    days = days_of(again(resource), wanted.replace(day=1), **kw)
    return next(one for one in days if one.date == wanted)


def words(resource: Resource, wanted: date) -> tuple[str, str]:
    found = day(resource, wanted)
    return found.state, found.words.replace("\u00a0", " ")


def test_a_free_day_a_taken_one_and_one_in_part() -> None:
    resource = hours(room(), "0123456", 9, 18)
    monday = next_monday()
    rules.book(resource, period(monday, 9, 18), None)
    rules.book(resource, period(monday + timedelta(days=1), 12, 14), None)
    assert words(resource, monday) == ("taken", "pris")
    assert words(resource, monday + timedelta(days=1)) == (
        "part",
        "libre de 9 h à 12 h, puis de 14 h à 18 h",
    )
    assert words(resource, monday + timedelta(days=2)) == ("free", "libre")


def test_a_half_day_is_offered_only_in_whole_and_what_is_left_is_still_said() -> None:
    resource = hours(room(step="half_day", buffer=timedelta(minutes=30)), "0123456", 8, 19)
    monday = next_monday()
    tuesday, wednesday = monday + timedelta(days=1), monday + timedelta(days=2)
    own = {"actor": None, "purpose": "own_use"}
    rules.book(resource, period(monday, 8, 13.25), **own)
    rules.book(resource, period(tuesday, 8, 12), **own)
    # The afternoon is free; the morning too, but for the half hour that what follows must wait.
    rules.book(resource, period(wednesday, 13, 14), **own)
    assert words(resource, monday) == (
        "part",
        "libre de 13 h 45 à 19 h, mais pas une demi-journée entière",
    )
    assert not day(resource, monday).can_be_had
    assert words(resource, tuesday) == ("part", "libre de 12 h 30 à 19 h")
    assert day(resource, tuesday).can_be_had
    assert not day(resource, wednesday).can_be_had
    for one, offered in ((monday, False), (tuesday, True)):
        shown = presentation.month(again(resource), f"{one:%Y-%m}", url_of=lambda _: "/demander/")
        cells = {cell["date"]: cell for week in shown["weeks"] for cell in week if cell}
        assert bool(cells[f"{one}"]["url"]) is offered


def test_a_day_is_offered_only_in_whole_where_one_books_days() -> None:
    resource = hours(room(step="day"), "0123456", 8, 19)
    monday = next_monday()
    rules.book(resource, period(monday, 8, 9), None, purpose="own_use")
    found = day(resource, monday)
    assert (found.state, found.can_be_had) == ("part", False)
    assert "libre de 9" in found.words


def test_several_say_how_many_are_left() -> None:
    resource = hours(chairs(80), "0123456", 8, 20)
    monday = next_monday()
    rules.book(resource, period(monday, 8, 20, 30), None)
    assert words(resource, monday) == ("part", "50 libres sur 80")
    rules.book(resource, period(monday, 10, 12, 20), None)
    assert words(resource, monday) == ("part", "de 30 à 50 libres sur 80")
    rules.book(resource, period(monday, 10, 12, 30), None)
    assert words(resource, monday) == (
        "part",
        "jusqu’à 50 libres sur 80, mais pas une journée entière",
    )
    assert words(resource, monday + timedelta(days=1)) == ("free", "80 libres")


def test_units_are_counted_moment_by_moment() -> None:
    resource = hours(bikes(2), "0123456", 8, 20)
    rules.book(resource, period(next_monday(), 9, 12), None)
    rules.book(resource, period(next_monday(), 12, 18), None)
    assert words(resource, next_monday()) == ("part", "de 1 à 2 libres sur 2")


def test_a_closed_day_says_why() -> None:
    resource = hours(room(), "01234", 9, 18)
    monday = next_monday()
    Closure.objects.create(
        resource=resource, first_day=monday, last_day=monday, reason="inventaire"
    )
    assert words(resource, monday) == ("closed", "inventaire")
    assert words(resource, monday + timedelta(days=5)) == ("closed", "fermé")


def test_what_is_past_is_past_and_today_counts_from_now() -> None:
    resource = hours(room(), "0123456", 9, 18)
    monday = next_monday()
    rules.book(resource, period(monday, 9, 12), None)
    noon = at(monday, 12)
    assert day(resource, monday, now=noon).words == "libre"
    assert day(resource, monday, now=at(monday, 18)).state == "past"
    tuesday = at(monday + timedelta(days=1))
    assert day(resource, monday, now=tuesday).state == "past"


def test_nothing_in_service_is_said() -> None:
    resource = bikes(1)
    resource.units.update(in_service=False)
    assert words(resource, next_monday()) == ("taken", "hors service")


def test_weeks_begin_on_monday() -> None:
    first = date(timezone.localdate().year + 1, 6, 1)
    laid_out = weeks(days_of(chairs(), first))
    assert all(len(week) == 7 for week in laid_out)
    for week in laid_out:
        for rank, one in enumerate(week):
            assert one is None or one.date.weekday() == rank


@pytest.mark.parametrize("asked", [None, "", "hier", "2027-13", "1999-01", "2999-01", "2027-6-1"])
def test_a_month_that_is_out_of_reach_is_this_one(asked: str | None) -> None:
    assert month_of(asked) == timezone.localdate().replace(day=1)


def test_a_month_to_come_is_shown() -> None:
    soon = (timezone.localdate().replace(day=1) + timedelta(days=40)).replace(day=1)
    assert month_of(f"{soon:%Y-%m}") == soon


def test_a_day_that_says_free_may_be_had_and_one_that_says_taken_may_not() -> None:
    """Booked at random, then read again: the page never promises what a booking refuses."""
    resource = hours(chairs(3, closed_on_public_holidays=False), "0123456", 8, 18)
    monday = next_monday()
    for rank in range(7):
        for _ in range(rank % 4):
            rules.book(resource, period(monday + timedelta(days=rank), 8, 18), None)
    for rank in range(7):
        wanted = period(monday + timedelta(days=rank), 8, 18)
        if day(resource, monday + timedelta(days=rank)).can_be_had:
            rules.book(resource, wanted, None)
        else:
            with pytest.raises(rules.NotFree):
                rules.book(resource, wanted, None)


def test_a_month_of_forty_units_with_two_thousand_allocations_takes_few_queries() -> None:
    resource = bikes(40)
    first = (timezone.localdate().replace(day=1) + timedelta(days=40)).replace(day=1)
    units = list(resource.units.all())
    Allocation.objects.bulk_create(
        Allocation(
            resource=resource,
            unit=units[number % 40],
            starts_at=at(first) + timedelta(hours=(number // 40) * 12),
            returns_at=at(first) + timedelta(hours=(number // 40) * 12 + 6),
            ends_at=at(first) + timedelta(hours=(number // 40) * 12 + 6),
            state="firm",
        )
        for number in range(2_000)
    )
    with CaptureQueriesContext(connection) as queries:
        days = days_of(again(resource), first)
    assert len(queries) <= 6
    assert {one.state for one in days[:20]} == {"part"}


def test_a_day_longer_than_a_day_of_a_change_of_hour_is_booked_whole() -> None:
    autumn = date(2027, 10, 31)
    resource = chairs(1, closed_on_public_holidays=False)
    (row,) = rules.book(resource, Period(at(autumn), at(autumn + timedelta(days=1))), None)
    assert row.ends_at - row.starts_at == timedelta(hours=25)
    assert words(resource, autumn) == ("taken", "pris")
