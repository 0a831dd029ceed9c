"""Taking a resource: what it refuses, what it holds, what it frees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.booking import rules
from marketplace.booking.models import Allocation, Closure
from marketplace.booking.rules import NotFree, Period
from marketplace.booking.usage import usage_of
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import (
    at,
    bikes,
    chairs,
    hours,
    next_monday,
    period,
    room,
)

pytestmark = pytest.mark.django_db


def book(resource, wanted: Period, **kw) -> list[Allocation]:
    return rules.book(resource, wanted, None, **kw)


def refusal(resource, wanted: Period, **kw) -> str:
    with pytest.raises(Refused) as refused:
        book(resource, wanted, **kw)
    return str(refused.value).replace("\u00a0", " ")


# --- What the resource says -------------------------------------------------------------------


def test_what_ends_before_it_starts_is_refused() -> None:
    assert refusal(bikes(), period(next_monday(), 12, 9)) == "La fin doit venir après le début."


def test_what_is_past_is_refused_and_the_rest_of_today_is_not() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "Ces dates sont passées" in refusal(bikes(), period(yesterday, 9, 12))
    today = timezone.localdate()
    assert book(bikes(), Period(at(today), at(today + timedelta(days=1))))


def test_it_wants_to_know_early_enough() -> None:
    resource = bikes(lead_time=timedelta(days=2))
    soon = timezone.now() + timedelta(hours=3)
    said = refusal(resource, Period(soon, soon + timedelta(hours=2)))
    assert said.startswith("Il faut s’y prendre 2 jours avant : choisissez un début après le ")
    later = timezone.now() + timedelta(days=2, minutes=1)
    assert book(resource, Period(later, later + timedelta(hours=2)))


def test_it_is_not_kept_longer_than_it_may() -> None:
    resource = bikes(longest=timedelta(hours=4))
    assert refusal(resource, period(next_monday(), 9, 14)) == (
        "Pas plus de 4 heures à la fois : raccourcissez."
    )
    assert book(resource, period(next_monday(), 9, 13))


def test_the_longest_time_is_counted_in_hours_that_pass_not_in_those_that_clocks_show() -> None:
    """The night of 28 March 2027 has an hour less: from 21 h to 10 h are twelve hours."""
    evening, morning = at("2027-03-27", 21), at("2027-03-28", 10)
    assert book(bikes(longest=timedelta(hours=12)), Period(evening, morning))
    one_hour_more = Period(at("2027-10-30", 21), at("2027-10-31", 8))
    assert "Pas plus de 11 heures" in refusal(bikes(longest=timedelta(hours=11)), one_hour_more)


def test_by_the_day_a_day_is_a_day_whatever_the_clocks_do() -> None:
    """31 October 2027 has twenty-five hours."""
    resource = bikes(step="day", longest=timedelta(days=1), closed_on_public_holidays=False)
    assert book(resource, Period(at("2027-10-31"), at("2027-11-01")))


def test_one_books_eighteen_months_ahead_at_most() -> None:
    far = timezone.localdate() + timedelta(days=700)
    assert "dix-huit mois" in refusal(bikes(), period(far, 9, 12))


def test_a_desk_is_taken_for_two_days_with_the_night_and_the_pause_between_them() -> None:
    resource = hours(hours(room(step="half_day"), "01234", 8, 12), "01234", 14, 18)
    tuesday = next_monday() + timedelta(days=1)
    assert book(resource, Period(at(next_monday(), 8), at(tuesday, 18)))
    assert "regardez les horaires" in refusal(room_by_the_hour(), period(next_monday(), 9, 16))


def room_by_the_hour():
    return hours(hours(room(), "01234", 8, 12), "01234", 14, 18)


def test_a_room_is_left_when_it_closes() -> None:
    resource = hours(room(), "01234", 9, 18)
    assert "regardez les horaires" in refusal(resource, period(next_monday(), 17, 19))
    assert book(resource, period(next_monday(), 17, 18))


def test_a_loan_goes_over_the_weekend_and_comes_back_when_it_is_open() -> None:
    resource = hours(chairs(closed_on_public_holidays=False), "01234", 9, 18)
    friday, sunday = next_monday() + timedelta(days=4), next_monday() + timedelta(days=6)
    monday = next_monday() + timedelta(days=7)
    assert book(resource, Period(at(friday, 17), at(monday, 10)))
    assert "fermé le dimanche" in refusal(resource, Period(at(friday, 17), at(sunday, 10)))
    assert "fermé le dimanche" in refusal(resource, Period(at(sunday, 10), at(monday, 10)))
    assert "vous viendriez" in refusal(resource, Period(at(monday, 7), at(monday, 12)))


def test_a_closed_day_says_why() -> None:
    resource = bikes()
    monday = next_monday()
    Closure.objects.create(
        resource=resource, first_day=monday, last_day=monday, reason="révision annuelle"
    )
    assert "(révision annuelle) : choisissez un autre jour." in refusal(
        resource, period(monday, 9, 12)
    )


def test_no_more_than_there_are() -> None:
    assert refusal(chairs(80), period(next_monday(), 9, 12, 81)) == (
        "Il y en a 80 au plus : demandez-en moins."
    )
    assert refusal(bikes(1), period(next_monday(), 9, 12, 2)) == (
        "Il n’y en a qu’un : demandez-en un seul."
    )
    assert refusal(chairs(), period(next_monday(), 9, 12, 0)) == "Demandez au moins un exemplaire."


def test_a_unit_out_of_service_is_not_lent() -> None:
    resource = bikes(1)
    resource.units.update(in_service=False)
    assert refusal(resource, period(next_monday(), 9, 12)) == (
        "Aucun exemplaire n’est en service pour l’instant."
    )


# --- What others have -------------------------------------------------------------------------


def test_the_second_is_told_and_the_next_moment_is_free() -> None:
    resource = bikes(1)
    book(resource, period(next_monday(), 9, 12))
    assert refusal(resource, period(next_monday(), 11, 13)) == (
        "C’est déjà pris à ces dates : choisissez-en d’autres."
    )
    assert book(resource, period(next_monday(), 12, 13))
    assert book(resource, period(next_monday(), 8, 9))


def test_the_buffer_keeps_the_next_one_away() -> None:
    resource = bikes(1, buffer=timedelta(hours=1))
    (taken,) = book(resource, period(next_monday(), 9, 12))
    assert taken.ends_at - taken.returns_at == timedelta(hours=1)
    with pytest.raises(NotFree):
        book(resource, period(next_monday(), 12, 13))
    with pytest.raises(NotFree):  # its own buffer would run into the morning's start
        book(resource, period(next_monday(), 7, 8.5))
    assert book(resource, period(next_monday(), 13, 14))


def test_several_units_are_several_rows_and_the_first_free_ones() -> None:
    resource = bikes(3)
    book(resource, period(next_monday(), 9, 12))
    rows = book(resource, period(next_monday(), 10, 11, 2))
    assert [row.unit.label for row in rows] == ["Vélo 2", "Vélo 3"]
    assert "il en reste 2 exemplaires sur 3" in refusal(resource, period(next_monday(), 11, 14, 3))


def test_nobody_changes_bikes_on_the_way() -> None:
    """One is free all morning and one all afternoon: none is free all day."""
    resource = bikes(2)
    first, second = resource.units.all()
    book(resource, period(next_monday(), 8, 12), units=[first])
    book(resource, period(next_monday(), 12, 18), units=[second])
    with pytest.raises(NotFree):
        book(resource, period(next_monday(), 8, 18))


def test_a_quantity_says_how_many_are_left() -> None:
    resource = chairs(80)
    book(resource, period(next_monday(), 9, 12, 50))
    assert refusal(resource, period(next_monday(), 11, 13, 31)) == (
        "À ces dates, il en reste 30 exemplaires sur 80 : demandez-en moins, ou choisissez "
        "d’autres dates."
    )
    assert book(resource, period(next_monday(), 11, 13, 30))


def test_quantities_that_do_not_meet_do_not_add_up() -> None:
    resource = chairs(10)
    book(resource, period(next_monday(), 8, 10, 10))
    book(resource, period(next_monday(), 10, 12, 10))
    assert (
        usage_of(resource, at(next_monday(), 8), at(next_monday(), 13)).free(
            at(next_monday(), 12), at(next_monday(), 13)
        )
        == 10
    )


# --- Holding, freeing -------------------------------------------------------------------------


def test_what_is_held_is_taken_until_its_time_is_over() -> None:
    resource = bikes(1)
    now = timezone.now()
    book(resource, period(next_monday(), 9, 12), hold_until=now + timedelta(hours=1))
    with pytest.raises(NotFree):
        book(resource, period(next_monday(), 9, 12))
    later = now + timedelta(hours=1)
    assert book(resource, period(next_monday(), 9, 12), now=later)
    assert Allocation.objects.filter(state="released").count() == 1


def test_what_is_held_is_confirmed_in_time_or_not_at_all() -> None:
    resource = bikes(1)
    now = timezone.now()
    held = book(resource, period(next_monday(), 9, 12), hold_until=now + timedelta(hours=1))
    rules.make_firm(held)
    assert Allocation.objects.get().state == "firm"
    other = book(resource, period(next_monday(), 14, 16), hold_until=now + timedelta(hours=1))
    with pytest.raises(Refused, match="plus gardé pour vous"):
        rules.make_firm(other, now + timedelta(hours=1))


def test_lapsed_holds_are_freed_once() -> None:
    now = timezone.now()
    book(bikes(1), period(next_monday(), 9, 12), hold_until=now + timedelta(hours=1))
    assert rules.release_lapsed(now) == 0
    assert rules.release_lapsed(now + timedelta(hours=1)) == 1
    assert rules.release_lapsed(now + timedelta(hours=1)) == 0


def test_what_is_freed_is_free() -> None:
    resource = bikes(1)
    rows = book(resource, period(next_monday(), 9, 12))
    assert rules.release(rows) == 1
    assert rules.release(rows) == 0
    assert book(resource, period(next_monday(), 9, 12))


def test_back_early_frees_the_rest() -> None:
    resource = bikes(1, buffer=timedelta(minutes=30))
    monday = next_monday()
    (row,) = book(resource, period(monday, 9, 18))
    rules.back_early(row, at(monday, 12))
    row.refresh_from_db()
    assert (row.returns_at, row.ends_at) == (at(monday, 12), at(monday, 12.5))
    assert book(resource, period(monday, 12.5, 18))


def test_own_use_is_not_bound_by_opening_hours_but_takes_the_calendar() -> None:
    resource = hours(room(), "01234", 9, 18)
    sunday = next_monday() + timedelta(days=6)
    assert book(resource, period(sunday, 9, 12), purpose=Allocation.Purpose.OWN_USE)
    book(resource, period(next_monday(), 9, 12), purpose=Allocation.Purpose.REPAIR)
    with pytest.raises(NotFree):
        book(resource, period(next_monday(), 10, 11))


# --- The database ------------------------------------------------------------------------------


def row(resource, **fields) -> Allocation:
    monday = next_monday()
    values = {
        "starts_at": at(monday, 9),
        "returns_at": at(monday, 12),
        "ends_at": at(monday, 12),
        "state": "firm",
    }
    return Allocation(resource=resource, **values | fields)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0},
        {"state": "held"},
        {"state": "released"},
        {"state": "perhaps"},
        {"ends_at": at(date(2026, 1, 1))},
        {"returns_at": at(date(2026, 1, 1))},
    ],
)
def test_the_database_refuses_what_no_rule_would_write(wrong: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row(chairs(), **wrong).save()


@pytest.mark.postgresql
def test_behind_the_lock_postgresql_refuses_two_on_one_unit() -> None:
    resource = bikes(1)
    unit = resource.units.get()
    row(resource, unit=unit).save()
    row(
        resource,
        unit=unit,
        starts_at=at(next_monday(), 12),
        returns_at=at(next_monday(), 13),
        ends_at=at(next_monday(), 13),
    ).save()
    row(resource, unit=unit, state="released", released_at=timezone.now()).save()
    with pytest.raises(IntegrityError, match="marketplace_unit_taken_once"), transaction.atomic():
        row(resource, unit=unit, starts_at=at(next_monday(), 11)).save()


def test_a_booking_costs_the_same_for_few_and_many() -> None:
    few, many = bikes(3), bikes(40)
    for hour in range(8, 18):
        book(many, period(next_monday(), hour, hour + 1, 30))
    costs = []
    for resource in (few, many):
        with CaptureQueriesContext(connection) as queries:
            book(resource, period(next_monday(), 9, 12, 2))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 10, costs


# --- Whatever one asks, in whatever order ------------------------------------------------------


@st.composite
def steps(draw) -> tuple:
    start = draw(st.integers(0, 47))
    return (
        draw(st.sampled_from(["book", "book", "book", "hold", "release", "wait"])),
        start,
        start + draw(st.integers(1, 12)),
        draw(st.integers(1, 4)),
    )


class WhateverTheOrder(TestCase):
    @settings(max_examples=60 if connection.vendor == "sqlite" else 25, deadline=None)
    @given(
        st.booleans(), st.integers(1, 4), st.sampled_from([0, 1, 2]), st.lists(steps(), max_size=25)
    )
    def test_no_moment_ever_exceeds_capacity(
        self, itemised: bool, capacity: int, buffer: int, plan: list[tuple]
    ) -> None:
        gap = timedelta(hours=buffer)
        resource = bikes(capacity, buffer=gap) if itemised else chairs(capacity, buffer=gap)
        origin, now = at(next_monday()), timezone.now()
        rows: list[list[Allocation]] = []
        for kind, start, end, quantity in plan:
            if kind == "wait":
                now += timedelta(minutes=40)
            elif kind == "release" and rows:
                rules.release(rows.pop(start % len(rows)), now)
            elif kind in ("book", "hold"):
                wanted = Period(
                    origin + timedelta(hours=start), origin + timedelta(hours=end), quantity
                )
                until = now + timedelta(hours=1) if kind == "hold" else None
                fits = self._fits(resource, wanted, now, itemised, capacity)
                try:
                    rows.append(rules.book(resource, wanted, None, hold_until=until, now=now))
                except Refused:
                    assert not fits, "what fits is given"
                else:
                    assert fits, "what does not fit is refused"
        for hour in range(65):
            live = self._live_at(origin + timedelta(hours=hour), now)
            assert sum(one.quantity for one in live) <= capacity
            units = [one.unit_id for one in live if one.unit_id]
            assert len(units) == len(set(units))

    def _live_at(self, moment, now) -> list[Allocation]:
        return [
            one
            for one in Allocation.objects.all()
            if one.starts_at <= moment < one.ends_at
            and one.state != "released"
            and not (one.state == "held" and one.held_until <= now)
        ]

    def _fits(self, resource, wanted, now, itemised, capacity) -> bool:
        """Count hour by hour, knowing nothing of how the rule counts."""
        length = int((wanted.ends + resource.buffer - wanted.starts).total_seconds() // 3600)
        moments = [wanted.starts + timedelta(hours=hour) for hour in range(length)]
        taken = [self._live_at(moment, now) for moment in moments]
        if itemised:
            gone = {one.unit_id for live in taken for one in live}
            return capacity - len(gone) >= wanted.quantity
        return all(
            sum(one.quantity for one in live) + wanted.quantity <= capacity for live in taken
        )


def test_on_a_day_without_hours_one_reads_that_it_is_closed_not_to_look_at_the_hour() -> None:
    saturday = next_monday() + timedelta(days=5)
    for resource in (hours(room(), "01234", 9, 18), hours(bikes(1, step="day"), "01234", 9, 18)):
        with pytest.raises(Refused, match="C’est fermé le samedi") as refused:
            rules.book(resource, period(saturday, 10, 12), None)
        assert "heure" not in str(refused.value)
        with pytest.raises(Refused, match="horaires"):
            rules.book(resource, period(next_monday(), 7, 10), None)
