"""A month in few queries, and what it shows is what a booking would say."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.booking import presentation, rules
from marketplace.booking.calendar import FREE, PART, TAKEN, days_of
from marketplace.booking.models import Allocation, Closure, Resource
from marketplace.booking.opening import stretches_on
from marketplace.booking.recurring import occurrences
from marketplace.booking.rules import NotFree, Period
from marketplace.booking.shapes import Shape
from marketplace.booking.usage import usage_of
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import again, at, bikes, chairs, hours, next_monday, room

pytestmark = pytest.mark.django_db
UNITS, ALLOCATIONS = 40, 2_000
FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FIRST = next_monday()
# Bookings of one week: the day, the hour, how long, how many.
TAKEN_THEN = st.lists(
    st.tuples(st.integers(0, 6), st.integers(6, 20), st.integers(1, 30), st.integers(1, 3)),
    max_size=8,
)
KINDS = {
    "room": lambda: hours(hours(room(), "01234", 8, 12), "01234", 14, 20),
    "bikes": lambda: hours(bikes(2), "0123456", 8, 20),
    "chairs": lambda: hours(chairs(3, step="hour"), "012345", 8, 20),
}
MOST = {"room": 1, "bikes": 2, "chairs": 3}


def test_a_month_of_forty_units_and_two_thousand_allocations_in_six_queries() -> None:
    resource = hours(bikes(UNITS), "0123456", 0, 24)
    month = (FIRST + timedelta(days=40)).replace(day=1)
    start = at(month)
    each = ALLOCATIONS // UNITS
    Allocation.objects.bulk_create(
        Allocation(
            resource=resource,
            unit=unit,
            starts_at=start + timedelta(hours=13 * number),
            returns_at=start + timedelta(hours=13 * number + 8),
            ends_at=start + timedelta(hours=13 * number + 8),
            state="firm",
            purpose="own_use",
        )
        for unit in resource.units.all()
        for number in range(each)
    )
    assert Allocation.objects.count() == ALLOCATIONS
    with CaptureQueriesContext(connection) as queries:
        found = Resource.objects.for_calendar().get(pk=resource.pk)
        shown = presentation.month(found, f"{month:%Y-%m}")
    assert len(queries) <= 6
    assert len(shown["rows"]) >= 28


def fill(resource: Resource, taken: list[tuple[int, int, int, int]]) -> Resource:
    for day, hour, length, quantity in taken:
        start = at(FIRST + timedelta(days=day), hour)
        wanted = Period(start, start + timedelta(hours=length), quantity)
        with suppress(Refused), transaction.atomic():
            rules.book(resource, wanted, None, purpose="own_use")
    return again(resource)


def may_book(resource: Resource, wanted: Period) -> bool:
    """Try to book, and take it back; returns whether it was given."""
    try:
        with transaction.atomic():
            rules.book(resource, wanted, None)
            transaction.set_rollback(True)
    except NotFree:
        return False
    return True


@FEW
@given(kind=st.sampled_from(sorted(KINDS)), taken=TAKEN_THEN)
def test_what_is_shown_free_can_be_booked_and_what_is_shown_taken_cannot(kind, taken) -> None:
    resource = fill(KINDS[kind](), taken)
    week = {FIRST + timedelta(days=number) for number in range(7)}
    months = sorted({day.replace(day=1) for day in week})
    shown = [day for month in months for day in days_of(resource, month) if day.date in week]
    assert len(shown) == 7
    for day in shown:
        stretches = stretches_on(resource, day.date)
        if day.state == FREE:
            assert stretches
            assert all(
                may_book(resource, Period(*one, quantity=resource.capacity)) for one in stretches
            )
        elif day.state in (PART, TAKEN):
            pieces = [piece for one in stretches for piece in usage_of(resource, *one).pieces(*one)]
            assert any(piece.free for piece in pieces) == (day.state == PART)
            for piece in pieces:
                if piece.free:
                    wanted = Period(piece.starts, piece.ends, piece.free)
                    assert may_book(resource, wanted)
                beyond = piece.free + 1
                if beyond <= resource.capacity:
                    assert not may_book(resource, Period(piece.starts, piece.ends, beyond))
        else:
            assert not day.can_be_had


@FEW
@given(
    kind=st.sampled_from(sorted(KINDS)),
    taken=TAKEN_THEN,
    hour=st.integers(8, 17),
    quantity=st.integers(1, 3),
    closed=st.integers(0, 6),
)
def test_dates_of_a_series_shown_free_are_booked_together(
    kind, taken, hour, quantity, closed
) -> None:
    quantity = min(quantity, MOST[kind])
    resource = fill(KINDS[kind](), taken)
    day = FIRST + timedelta(days=closed)
    Closure.objects.create(resource=resource, first_day=day, last_day=day)
    shape = Shape(quantity, hours=(at(FIRST, hour).time(), at(FIRST, hour + 2).time()))
    week: list[date] = [FIRST + timedelta(days=number) for number in range(7)]
    found = occurrences(again(resource), shape, week)
    for one in found:
        if one.is_free:
            rules.book(resource, one.period, None)
        elif one.state == "taken":
            with pytest.raises(NotFree):
                rules.book(resource, one.period, None)
