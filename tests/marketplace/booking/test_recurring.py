"""The same again and again: what each date says, and local times when the hour changes."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.booking import recurring, rules
from marketplace.booking.models import Closure
from marketplace.booking.recurring import days_of, occurrences
from marketplace.booking.shapes import AFTERNOON, MORNING, Shape, shape_of
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
NINE_TO_NOON = Shape(hours=(time(9), time(12)))


def mondays(count: int) -> list[date]:
    return [next_monday() + timedelta(weeks=number) for number in range(count)]


def states(resource, shape: Shape, days: list[date], **kw) -> list[str]:
    return [one.state for one in occurrences(again(resource), shape, days, **kw)]


def test_every_week_and_every_two_until_the_last_day_included() -> None:
    first = date(2027, 1, 5)
    assert days_of(first, 1, date(2027, 1, 19)) == [first, date(2027, 1, 12), date(2027, 1, 19)]
    assert days_of(first, 2, date(2027, 1, 18)) == [first]
    assert len(days_of(first, 1, date(2029, 1, 1))) == recurring.MOST + 1, "one too many, to say so"


def test_what_is_free_taken_and_closed() -> None:
    resource = hours(room(closed_on_public_holidays=False), "0", 8, 18)
    first, second, third, fourth = mondays(4)
    rules.book(resource, period(second, 10, 11), None)
    Closure.objects.create(resource=resource, first_day=third, last_day=third, reason="travaux")
    found = occurrences(again(resource), NINE_TO_NOON, [first, second, third, fourth])
    assert [one.state for one in found] == ["free", "taken", "closed", "free"]
    assert found[2].words.replace("\u00a0", " ") == "Fermé : travaux."


def test_a_public_holiday_is_called_one() -> None:
    resource = hours(room(), "4", 8, 18)
    now = at("2026-12-01")
    days = [date(2026, 12, 18), date(2026, 12, 25)]
    assert states(resource, NINE_TO_NOON, days, now=now) == ["free", "holiday"]


def test_too_long_is_said_of_each() -> None:
    resource = hours(bikes(1, longest=timedelta(hours=2)), "0123456", 0, 24)
    assert states(resource, NINE_TO_NOON, mondays(2)) == ["too_long", "too_long"]


def test_local_times_stay_when_the_hour_changes() -> None:
    resource = room(closed_on_public_holidays=False)
    days = [date(2027, 3, 22), date(2027, 3, 29)]
    found = occurrences(again(resource), NINE_TO_NOON, days, now=at("2027-03-01"))
    assert [timezone.localtime(one.period.starts).hour for one in found] == [9, 9]
    assert found[1].period.starts - found[0].period.starts == timedelta(days=7, hours=-1)
    assert [one.note for one in found] == ["", ""]


def test_the_night_when_the_hour_changes_is_told() -> None:
    resource = bikes(1, closed_on_public_holidays=False)
    night = Shape(more_days=1, hours=(time(20), time(8)))
    (spring,) = occurrences(again(resource), night, [date(2027, 3, 27)], now=at("2027-03-01"))
    assert spring.state == "free"
    assert "une heure de moins" in spring.note
    assert spring.period.ends - spring.period.starts == timedelta(hours=11)
    (autumn,) = occurrences(again(resource), night, [date(2027, 10, 30)], now=at("2027-03-01"))
    assert "une heure de plus" in autumn.note


def test_a_loan_of_ten_days_every_week_meets_itself() -> None:
    resource = bikes(1, step="day", closed_on_public_holidays=False)
    assert states(resource, Shape(more_days=9), mondays(3)) == ["free", "taken", "free"]
    assert states(bikes(2, step="day"), Shape(more_days=9), mondays(2)) == ["free", "free"]
    some = chairs(10, closed_on_public_holidays=False)
    assert states(some, Shape(6, more_days=9), mondays(2)) == ["free", "taken"]


def test_what_is_taken_may_be_had_on_a_day_nearby() -> None:
    resource = hours(room(closed_on_public_holidays=False), "01", 8, 18)
    first, second = mondays(2)
    rules.book(resource, period(first, 9, 12), None)
    taken, _ = occurrences(again(resource), NINE_TO_NOON, [first, second])
    assert [timezone.localdate(one.starts) for one in taken.other_days] == [
        first + timedelta(days=1)
    ]


def test_as_many_queries_for_forty_dates_as_for_one() -> None:
    resource = again(hours(bikes(3), "0123456", 8, 20))
    for day in mondays(10):
        rules.book(resource, period(day, 9, 12), None)
    with CaptureQueriesContext(connection) as one:
        occurrences(resource, NINE_TO_NOON, mondays(1))
    with CaptureQueriesContext(connection) as forty:
        occurrences(resource, NINE_TO_NOON, mondays(40))
    assert len(one) == len(forty) == 1


def test_a_shape_is_what_one_wants_whatever_the_day() -> None:
    """Monday is open from 8 to 18, Friday from 10 to 13: a whole day of either is its own."""
    resource = hours(hours(room(step="day"), "0", 8, 18), "4", 10, 13)
    monday = next_monday()
    friday = monday + timedelta(days=4)
    whole = shape_of(resource, period(monday, 8, 18))
    assert whole == Shape()
    assert whole.on(resource, friday) == period(friday, 10, 13)
    days = shape_of(resource, rules.Period(at(monday, 8), at(friday, 13)))
    assert days == Shape(more_days=4)


def test_half_days_keep_to_their_half() -> None:
    resource = hours(hours(room(step="half_day"), "0", 8, 18), "4", 10, 17)
    monday = next_monday()
    friday = monday + timedelta(days=4)
    assert shape_of(resource, period(monday, 8, 13)) == Shape(half=MORNING)
    assert shape_of(resource, period(monday, 13, 18)) == Shape(half=AFTERNOON)
    assert Shape(half=MORNING).on(resource, friday) == period(friday, 10, 13)
    assert Shape(half=AFTERNOON).on(resource, friday) == period(friday, 13, 17)


def test_what_fits_no_shape_keeps_its_hours() -> None:
    resource = hours(room(step="half_day"), "0", 8, 18)
    odd = period(next_monday(), 9, 11)
    assert shape_of(resource, odd).on(resource, next_monday()) == odd
