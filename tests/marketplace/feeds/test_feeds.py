"""Secret addresses for calendars: what is in them, for whom, and what shuts them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Membership
from accounts.readers import forget_reader
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.models import Exchange
from marketplace.feeds import rules
from marketplace.feeds.models import Feed
from marketplace.feeds.personal_data import forget, made_by
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import at, bikes, next_monday, period
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import ask, published, skill, world

pytestmark = pytest.mark.django_db


def get(feed: Feed):
    """Ask for the feed as a telephone does: without signing in."""
    return Client(HTTP_HOST="localhost").get(f"/agenda/{feed.token}.ics")


def events(feed: Feed) -> list:
    answer = get(feed)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def text(feed: Feed) -> str:
    return get(feed).content.decode().replace("\r\n ", "")


# --- One's own ----------------------------------------------------------------------------------


def test_my_bookings_without_signing_in_and_never_with_whom() -> None:
    w = world()
    listing = bike_listing(w, title="Vélo-cargo", place_label="2 place de la Gare")
    exchange = book(listing, w.karim, w.metropole)
    book(listing, w.paul, w.partner, (14, 15))
    feed = rules.create(w.karim)
    (event,) = events(feed)
    assert str(event["summary"]) == "Vélo-cargo"
    assert str(event["location"]) == "2 place de la Gare"
    assert event["dtstart"].dt == at(next_monday(), 9)
    assert str(event["url"]).endswith(exchange.get_absolute_url())
    assert "Merle" not in text(feed)
    assert "Nadia" not in text(feed)


def test_what_is_only_asked_or_given_up_is_not_in_it() -> None:
    w = world()
    book(bike_listing(w, access="on_request"), w.karim, w.metropole)
    direct = book(bike_listing(w), w.karim, w.metropole)
    feed = rules.create(w.karim)
    assert len(events(feed)) == 1
    exchange_rules.cancel(direct, w.karim)
    assert events(feed) == []


def test_who_gives_time_has_it_in_their_calendar() -> None:
    w = world()
    when = {"wanted_from": at(next_monday(), 9), "wanted_until": at(next_monday(), 12)}
    exchange = ask(skill(w.nadia, w.metropole), w.paul, w.partner, **when)
    Exchange.objects.filter(pk=exchange.pk).update(state="agreed")
    assert len(events(rules.create(w.nadia))) == 1
    assert len(events(rules.create(w.paul))) == 1


def test_hours_are_those_of_here_on_both_sides_of_a_change_of_hour() -> None:
    w = world()
    resource = bikes(1, organisation=w.metropole, closed_on_public_holidays=False)
    listing = bike_listing(w, resource)
    for day in ("2027-03-22", "2027-03-29"):
        exchange = book(listing, w.karim, w.metropole)
        moved = {"starts_at": at(day, 9), "returns_at": at(day, 12), "ends_at": at(day, 12)}
        Allocation.objects.filter(exchange=exchange).update(**moved)
        Exchange.objects.filter(pk=exchange.pk).update(
            wanted_from=at(day, 9), wanted_until=at(day, 12)
        )
    feed = rules.create(w.karim)
    starts = [one["dtstart"] for one in events(feed)]
    assert [one.dt.strftime("%H:%M %z") for one in starts] == ["09:00 +0100", "09:00 +0200"]
    assert {one.params["TZID"] for one in starts} == {"Europe/Paris"}
    assert "BEGIN:DAYLIGHT" in text(feed)


# --- A calendar that one keeps ------------------------------------------------------------------


def test_the_keeper_reads_for_whom_as_on_the_page_of_dates() -> None:
    w = world()
    listing = bike_listing(w, bikes(2, organisation=w.metropole))
    book(listing, w.karim, w.metropole)
    booking.book(
        listing.resource, period(next_monday(), 14, 16), w.nadia, purpose="repair", note="frein"
    )
    feed = rules.create(w.nadia, listing.resource)
    first, second = events(feed)
    assert str(first["summary"]) == "Vélos-cargos · Vélo 1 · Karim Aziz, Les Trois-Vallées"
    assert str(second["summary"]) == "Vélos-cargos · Vélo 1 · en réparation"
    assert str(second["description"]) == "frein"


def test_names_are_hidden_where_the_keeper_may_not_read_them() -> None:
    """Another listing shares the calendar: its keeper sees that it is taken, and by which body."""
    w = world()
    resource = bikes(1, organisation=w.metropole)
    theirs = bike_listing(w, resource)
    book(theirs, w.odile, w.association)
    published(w.karim, w.metropole, "offer vehicle loan", access="direct", resource=resource)
    feed = rules.create(w.karim, resource)
    (event,) = events(feed)
    assert "Lire en Moselle" in str(event["summary"])
    assert "Kern" not in text(feed)
    assert "url" not in event
    # Until the contact is accepted, who lends reads the organisation only.
    Exchange.objects.update(contact_accepted_at=None)
    mine = rules.create(w.nadia, resource)
    assert "Kern" not in text(mine)


def test_only_who_keeps_a_calendar_subscribes_to_it() -> None:
    w = world()
    resource = bike_listing(w).resource
    for person in (w.karim, w.chloe, w.paul, w.odile, w.gone):
        with pytest.raises(Refused):
            rules.create(person, resource)


# --- What shuts it ------------------------------------------------------------------------------


def test_unknown_taken_back_and_renewed_are_not_found() -> None:
    w = world()
    feed = rules.create(w.karim)
    old = Feed.objects.get(pk=feed.pk)
    assert Client(HTTP_HOST="localhost").get("/agenda/inconnu.ics").status_code == 404
    rules.renew(feed)
    assert get(old).status_code == 404
    assert get(feed).status_code == 200
    rules.revoke(feed)
    assert get(feed).status_code == 404


def test_a_membership_that_ended_shuts_it() -> None:
    w = world()
    own, kept = rules.create(w.nadia), rules.create(w.nadia, bike_listing(w).resource)
    assert get(own).status_code == get(kept).status_code == 200
    past = timezone.now() - timedelta(days=1)
    Membership.objects.filter(user=w.nadia).update(starts_at=past - timedelta(1), ends_at=past)
    assert get(own).status_code == get(kept).status_code == 404


def test_a_calendar_handed_over_and_an_account_closed_shut_it() -> None:
    w = world()
    listing = bike_listing(w)
    kept = rules.create(w.nadia, listing.resource)
    Listing.objects.filter(pk=listing.pk).update(author=w.karim, keeper=w.karim)
    assert get(kept).status_code == 404
    own = rules.create(w.nadia)
    w.nadia.is_active = False
    w.nadia.save()
    assert get(own).status_code == 404


def test_it_is_kept_by_nobody_on_the_way_and_found_by_no_search_engine() -> None:
    answer = get(rules.create(world().karim))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_same_bookings_are_the_same_file() -> None:
    w = world()
    book(bike_listing(w), w.karim, w.metropole)
    feed = rules.create(w.karim)
    assert get(feed).content == get(feed).content


def test_a_feed_costs_the_same_for_few_and_many() -> None:
    w = world()
    listing = bike_listing(w, bikes(20, organisation=w.metropole))
    book(listing, w.karim, w.metropole)
    own, kept = rules.create(w.karim), rules.create(w.nadia, listing.resource)

    def cost(feed: Feed) -> int:
        with CaptureQueriesContext(connection) as queries:
            get(feed)
        return len(queries)

    few = cost(own), cost(kept)
    for hour in range(10, 20):
        book(listing, w.karim, w.metropole, (hour, hour + 1))
    assert (cost(own), cost(kept)) == few


# --- The page -----------------------------------------------------------------------------------


def test_one_makes_copies_renews_and_takes_back_an_address() -> None:
    w = world()
    listing = bike_listing(w)
    client = Client(HTTP_HOST="localhost")
    client.force_login(w.nadia)
    url = "/mon-compte/agendas/"
    assert client.get(url).content.decode().count("Créer une adresse") == 2
    client.post(f"{url}creer/", {"calendar": ""})
    client.post(f"{url}creer/", {"calendar": ""})
    client.post(f"{url}creer/", {"calendar": listing.resource.ref})
    own = Feed.objects.get(owner=w.nadia, resource=None)
    assert f"http://localhost/agenda/{own.token}.ics" in client.get(url).content.decode()
    client.post(f"{url}{own.ref}/renouveler/")
    assert Feed.objects.get(pk=own.pk).token != own.token
    client.post(f"{url}{own.ref}/supprimer/")
    client.post(f"{url}{own.ref}/supprimer/")
    assert Feed.objects.filter(owner=w.nadia).count() == 1


def test_somebody_elses_address_is_not_found() -> None:
    w = world()
    feed = rules.create(w.nadia)
    resource = bike_listing(w).resource
    client = Client(HTTP_HOST="localhost")
    client.force_login(w.karim)
    assert feed.token not in client.get("/mon-compte/agendas/").content.decode()
    assert client.post(f"/mon-compte/agendas/{feed.ref}/renouveler/").status_code == 404
    client.post(f"/mon-compte/agendas/{feed.ref}/supprimer/")
    assert Feed.objects.filter(pk=feed.pk).exists()
    answer = client.post("/mon-compte/agendas/creer/", {"calendar": resource.ref})
    assert answer.status_code == 404


def test_addresses_leave_with_the_account_and_are_no_key_in_the_export() -> None:
    w = world()
    feed = rules.create(w.nadia)
    assert feed.token not in str(made_by(w.nadia))
    forget(w.nadia)
    forget_reader(w.nadia)
    assert get(feed).status_code == 404
