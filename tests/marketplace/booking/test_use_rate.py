"""How much what is lent serves: hours booked of hours open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.booking import rules
from marketplace.booking.models import Resource
from marketplace.booking.use_rate import Place, Use, use_by_place, use_of
from tests.marketplace.booking.factories import again, at, bikes, chairs, hours, period, room

pytestmark = pytest.mark.django_db
MONDAY = "2027-03-08"
TUESDAY = "2027-03-09"


def use(resource: Resource, first: str = MONDAY, last: str = TUESDAY) -> tuple[float, float]:
    found = use_of([again(resource)], at(first), at(last))[resource.pk]
    return found.booked_hours, found.open_hours


def test_what_is_booked_of_what_is_open() -> None:
    resource = hours(room(), "0", 8, 18)
    rules.book(resource, period(MONDAY, 9, 12), None)
    assert use(resource) == (3, 10)
    assert use_of([again(resource)], at(MONDAY), at(TUESDAY))[resource.pk].rate == 0.3


def test_each_unit_and_each_chair_counts() -> None:
    some = hours(bikes(3), "0", 8, 18)
    rules.book(some, period(MONDAY, 9, 12, 2), None)
    assert use(some) == (6, 30)
    many = hours(chairs(80), "0", 8, 18)
    rules.book(many, period(MONDAY, 8, 18, 40), None)
    assert use(many) == (400, 800)


def test_only_hours_of_opening_count_and_the_period_is_half_open() -> None:
    resource = hours(bikes(1), "01", 8, 18)
    rules.book(resource, rules.Period(at(MONDAY, 16), at(TUESDAY, 10)), None)
    assert use(resource) == (2, 10)
    assert use(resource, TUESDAY, "2027-03-10") == (2, 10)
    assert use(resource, MONDAY, "2027-03-10") == (4, 20)


def test_the_time_to_clean_and_what_was_freed_or_only_held_are_no_use() -> None:
    resource = hours(bikes(2, buffer=timedelta(hours=1)), "0", 8, 18)
    rules.book(resource, period(MONDAY, 9, 10), None)
    rules.book(resource, period(MONDAY, 9, 10), None, hold_until=at(MONDAY, 8))
    rules.release(rules.book(resource, period(MONDAY, 12, 14), None))
    assert use(resource) == (1, 20)


def test_what_is_in_repair_is_not_on_offer() -> None:
    resource = hours(bikes(2), "0", 8, 18)
    rules.book(resource, period(MONDAY, 8, 18), None, purpose="repair")
    rules.book(resource, period(MONDAY, 8, 13), None, purpose="own_use")
    assert use(resource) == (5, 10)


def test_the_day_of_a_change_of_hour_has_the_hours_that_it_has() -> None:
    assert use(bikes(1, closed_on_public_holidays=False), "2027-03-28", "2027-03-29") == (0, 23)
    assert use(bikes(1, closed_on_public_holidays=False), "2027-10-31", "2027-11-01") == (0, 25)


def test_nothing_open_has_no_rate() -> None:
    resource = hours(room(), "0", 8, 18)
    assert use_of([resource], at(TUESDAY), at("2027-03-10"))[resource.pk].rate is None
    assert use_of([resource], at(TUESDAY), at(MONDAY)) == {resource.pk: Use()}


def test_a_site_adds_up_what_is_there_in_one_query() -> None:
    first = hours(room(place_label="Gare"), "0", 8, 18)
    second = hours(room(first.organisation, place_label="Gare", name="Salle du haut"), "0", 8, 18)
    Resource.objects.filter(pk=second.pk).update(commune=first.commune)
    rules.book(first, period(MONDAY, 8, 13), None)
    found = [again(first), again(second)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        by_place = use_by_place(found, at(MONDAY), at(TUESDAY))
    assert len(queries) == 1
    place = Place(first.organisation_id, first.commune_id, "Gare")
    assert (by_place[place].booked_hours, by_place[place].open_hours) == (5, 20)
    assert by_place[place].rate == 0.25
