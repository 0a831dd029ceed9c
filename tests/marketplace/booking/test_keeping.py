"""Keeping a calendar without traps: closures, hours, own use, sharing and parting, the past."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from marketplace.booking import parting, presentation, rules, setting_up
from marketplace.booking.calendar import month_of
from marketplace.booking.forms import KeepForm
from marketplace.booking.models import Allocation, Closure, Resource
from marketplace.booking.rules import Period
from marketplace.booking.setting_up import SetUp, WeeklyHours
from marketplace.exchanges import rights
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import again, at, bikes, hours, next_monday, period, room
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import published, world

pytestmark = pytest.mark.django_db


def test_the_same_closure_twice_is_one() -> None:
    w = world()
    listing = bike_listing(w)
    monday = next_monday()
    for reason in ("", "travaux", ""):
        setting_up.close(listing.resource, listing, w.nadia, monday, monday, reason)
    assert Closure.objects.get().reason == "travaux"


def test_hours_that_overlap_are_said() -> None:
    w = world()
    listing = bike_listing(w)
    twice = (WeeklyHours((0, 1), time(9), time(12)), WeeklyHours((1,), time(11), time(0)))
    with pytest.raises(Refused, match="le mardi"):
        setting_up.set_up(listing, w.nadia, SetUp(hours=twice, unit_labels=("Vélo 1",)))
    touching = (WeeklyHours((0,), time(9), time(12)), WeeklyHours((0,), time(12), time(18)))
    holidays = (WeeklyHours((0,), time(9), time(18), "holidays"),)
    setting_up.set_up(listing, w.nadia, SetUp(hours=touching + holidays, unit_labels=("Vélo 1",)))


def keep(resource: Resource, **said: str) -> KeepForm:
    day = f"{next_monday()}"
    values = {"first_day": day, "purpose": "own_use"} | said
    return KeepForm(values, resource=resource)


def test_own_use_is_by_the_hour_where_one_books_by_the_hour() -> None:
    resource = room()
    form = keep(resource, from_hour="09:00", to_hour="12:00")
    assert form.is_valid()
    assert form.period() == period(next_monday(), 9, 12)
    whole = keep(resource)
    assert whole.is_valid()
    assert whole.period() == Period(at(next_monday()), at(next_monday() + timedelta(days=1)))
    until_midnight = keep(resource, from_hour="18:00", to_hour="00:00")
    assert until_midnight.is_valid()
    assert until_midnight.period().ends == at(next_monday() + timedelta(days=1))
    assert "to_hour" in keep(resource, from_hour="09:00").errors
    assert "to_hour" in keep(resource, from_hour="12:00", to_hour="09:00").errors
    assert "from_hour" not in KeepForm(resource=room(step="day")).fields


def test_a_shared_calendar_is_parted_again() -> None:
    w = world()
    first = bike_listing(w, hours(bikes(2, organisation=w.metropole), "0", 9, 18))
    second = published(w.nadia, w.metropole, "offer vehicle loan", access="direct")
    setting_up.share(second, w.nadia, first.resource)
    theirs = book(first, w.karim, w.metropole)
    own = again(parting.part(second, w.nadia))
    assert own.pk != first.resource.pk
    assert [unit.label for unit in own.units.all()] == ["Vélo 1", "Vélo 2"]
    assert own.opening_hours.count() == 1
    assert theirs.allocations.get().resource == first.resource
    with pytest.raises(Refused, match="partagé avec aucune autre"):
        parting.part(second, w.nadia)


def test_what_is_reserved_through_it_keeps_it_in_the_common_one() -> None:
    w = world()
    first = bike_listing(w)
    second = published(w.nadia, w.metropole, "offer vehicle loan", access="direct")
    setting_up.share(second, w.nadia, first.resource)
    second.refresh_from_db()
    book(second, w.karim, w.metropole)
    with pytest.raises(Refused, match="elles restent dans le calendrier commun"):
        parting.part(second, w.nadia)
    client = Client(HTTP_HOST="localhost")
    client.force_login(w.nadia)
    page = client.get(f"/mes-annonces/{second.ref}/calendrier/").content.decode()
    assert "Lui donner son calendrier à elle" in page
    client.post(f"/mes-annonces/{second.ref}/calendrier/separer/")
    second.refresh_from_db()
    assert second.resource == first.resource


def test_a_booking_that_is_over_is_not_given_up() -> None:
    w = world()
    exchange = book(bike_listing(w), w.karim, w.metropole)
    assert rights.can_cancel(w.karim, exchange)
    past = timezone.now() - timedelta(days=3)
    Exchange.objects.update(wanted_from=past, wanted_until=past + timedelta(hours=1))
    exchange.refresh_from_db()
    for person in (w.karim, w.nadia):
        assert "passée" in rights.why_not_cancel(person, exchange)


def test_the_month_opens_where_something_is_left() -> None:
    resource = bikes(1, closed_on_public_holidays=False)
    this_month = month_of(None)
    next_month = (this_month + timedelta(days=32)).replace(day=1)
    rules.book(resource, Period(at(this_month), at(next_month)), None, purpose="own_use")
    resource = again(resource)
    assert presentation.month(resource, None)["title"].lower().startswith(month_name(next_month))
    asked = presentation.month(resource, f"{this_month:%Y-%m}")
    assert asked["title"].lower().startswith(month_name(this_month)), "what is asked for is shown"


def month_name(first: date) -> str:
    return date_format(first, "F")


def test_hours_that_are_left_are_read_at_a_glance() -> None:
    resource = hours(room(), "0123456", 9, 18)
    rules.book(resource, period(next_monday(), 12, 14), None)
    month = presentation.month(again(resource), f"{next_monday():%Y-%m}")
    ((_, words),) = month["partly"]
    assert words.replace("\u00a0", " ") == "libre de 9 h à 12 h, puis de 14 h à 18 h"
    assert Allocation.objects.count() == 1
