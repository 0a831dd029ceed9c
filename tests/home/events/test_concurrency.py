"""Truly at once: more people than places, clicks that repeat, places given back meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from wagtail.models import Site

from accounts.models import Notice, User
from home.events.rules import give_up, sign_up
from home.models import EventPage
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.home.events.factories import event
from tests.home.factories import intranet


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 3


def counts(page: EventPage) -> tuple[int, int]:
    return page.sign_ups.coming().count(), page.sign_ups.waiting().count()


def fresh(*people: User) -> list[User]:
    return [User.objects.get(pk=person.pk) for person in people]


@really_concurrent
def test_eight_people_for_three_places_leave_three_coming_and_five_waiting(
    platform_site: Site,
) -> None:
    place = intranet()
    for number in range(3):
        page = event(place, f"date-{number}", places=3)
        people = fresh(*(place.person("agent") for _ in range(8)))
        outcomes = at_once(*(lambda who=who, page=page: sign_up(who, page) for who in people))
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        assert counts(page) == (3, 5)


@really_concurrent
def test_eight_clicks_of_one_person_make_one_place(platform_site: Site) -> None:
    place = intranet()
    page, person = event(place, places=5), place.person("agent")
    outcomes = at_once(*(lambda who=who: sign_up(who, page) for who in fresh(*[person] * 8)))
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert {one.pk for one in outcomes} == set(page.sign_ups.values_list("pk", flat=True))
    assert counts(page) == (1, 0)


@really_concurrent
def test_places_given_back_while_others_come_are_given_once(platform_site: Site) -> None:
    place = intranet()
    page = event(place, places=3)
    first = [place.person("agent") for _ in range(6)]
    for person in first:
        sign_up(person, page)
    leaving, coming = fresh(*first[:3]), fresh(*(place.person("agent") for _ in range(3)))
    outcomes = at_once(
        *(lambda who=who: give_up(who, page) for who in leaving),
        *(lambda who=who: sign_up(who, page) for who in coming),
    )
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert counts(page) == (3, 3)
    # Who waited came first, and was told once.
    assert set(page.sign_ups.coming().values_list("user", flat=True)) == {
        person.pk for person in first[3:]
    }
    assert Notice.objects.filter(kind="event_place_found").count() == 3
