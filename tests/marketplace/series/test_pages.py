"""The pages of several dates: in steps, without script, each shown before it is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.booking import rules as booking
from marketplace.booking.models import Resource
from marketplace.catalogue.models import Listing
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.series.models import Series
from tests.factories import CategoryFactory
from tests.marketplace.booking.factories import bikes, hours, next_monday, period, room
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import World, published, world
from tests.marketplace.series.test_rules import (
    ask_all,
    dates,
    every_day,
    on_request,
    refs,
    states,
)

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def typed(weeks: int = 3, **more: str) -> dict[str, str]:
    monday = next_monday()
    return {
        "day": f"{monday:%Y-%m-%d}",
        "from_hour": "09:00",
        "to_hour": "12:00",
        "rhythm": "1",
        "until": f"{monday + timedelta(weeks=weeks - 1):%Y-%m-%d}",
        "message": "Pour la chorale.",
        "step": "look",
    } | more


def url(listing: Listing) -> str:
    return f"{listing.get_absolute_url()}demander/plusieurs/"


def names(weeks: int = 3) -> list[str]:
    return [f"d{next_monday() + timedelta(weeks=number):%Y%m%d}" for number in range(weeks)]


def test_what_was_typed_for_one_date_is_kept_for_several() -> None:
    w = world()
    client, listing = signed_in(w.karim), bike_listing(w)
    page = client.post(url(listing), {"day": "2027-06-08", "message": "Pour la chorale."})
    assert page.status_code == 200
    html = page.content.decode()
    assert 'value="2027-06-08"' in html
    assert "Pour la chorale." in html
    assert not Exchange.objects.exists()


def test_the_end_of_a_rhythm_is_not_said_to_be_optional() -> None:
    w = world()
    html = signed_in(w.karim).get(url(bike_listing(w))).text
    label = html.partition('for="id_until"')[2].partition("</label>")[0]
    assert "pour un rythme régulier" in label
    assert "facultatif" not in label


def test_each_date_is_shown_before_anything_is_booked() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.paul, w.partner)
    page = signed_in(w.karim).post(url(listing), typed())
    html = page.content.decode().replace("\u00a0", " ")
    assert "2 dates libres sur 3 dates." in html
    assert "de 9 h à 12 h : déjà pris" in html
    assert html.count("de 9 h à 12 h : libre") == 2
    assert Exchange.objects.count() == 1, "only the other's"


def test_all_are_booked_at_once_and_a_taken_one_is_left_out() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.paul, w.partner)
    first, second, third = names()
    sent = typed(step="confirm") | {first: "", second: "on", third: "on"}
    answer = signed_in(w.karim).post(url(listing), sent, follow=True)
    series = Series.objects.get()
    assert answer.redirect_chain[-1][0] == series.get_absolute_url()
    assert "2 dates réservées" in answer.content.decode().replace("\u00a0", " ")
    assert states(series) == ["confirmed", "confirmed"]


def test_a_taken_date_may_be_another_day_or_another_place() -> None:
    w = world()
    category = CategoryFactory()
    fields = {"access": "direct", "category": category, "scope": "verified"}
    kind = "offer premises hosting"
    here = hours(room(w.metropole, closed_on_public_holidays=False), "0123456", 8, 20)
    there = hours(room(w.partner, closed_on_public_holidays=False), "0123456", 8, 20)
    asked = published(w.nadia, w.metropole, kind, resource=here, **fields)
    other = published(w.paul, w.partner, kind, resource=there, **fields)
    other.refresh_from_db()
    for week in (0, 1):
        book_room(w, asked, week)
    client = signed_in(w.karim)
    page = client.post(url(asked), typed())
    field = page.context["dates"].fields[names()[0]]
    days = [value for value, _ in field.choices if value.startswith("day:")]
    assert f"place:{other.ref}" in dict(field.choices)
    first, second, third = names()
    sent = typed(step="confirm") | {first: days[0], second: f"place:{other.ref}", third: "on"}
    client.post(url(asked), sent)
    series = Series.objects.get()
    found = series.exchanges.order_by("wanted_from")
    assert [one.listing_id for one in found] == [asked.pk, other.pk, asked.pk]
    assert timezone.localdate(found[0].wanted_from) == next_monday() + timedelta(days=1)


def book_room(w: World, listing: Listing, week: int) -> None:
    resource = Resource.objects.get(pk=listing.resource_id)
    booking.book(resource, period(next_monday() + timedelta(weeks=week), 10, 11), None)


def test_what_was_taken_while_one_read_is_said_and_nothing_is_lost() -> None:
    w = world()
    listing = bike_listing(w)
    client = signed_in(w.karim)
    client.post(url(listing), typed())
    book(listing, w.paul, w.partner)
    sent = typed(step="confirm") | dict.fromkeys(names(), "on")
    page = client.post(url(listing), sent)
    assert page.status_code == 400
    assert "Cela vient de changer" in page.content.decode()
    assert 'value="Pour la chorale."' in page.content.decode()
    assert not Series.objects.exists()


def test_hidden_days_that_our_page_did_not_write_are_left_out() -> None:
    w = world()
    sent = typed(rhythm="0", until="", extra="0001-01-01,9999-12-31,hier")
    page = signed_in(w.karim).post(url(bike_listing(w)), sent)
    assert page.status_code == 200
    assert len(page.context["dates"].fields) == 1


def test_days_are_chosen_one_by_one() -> None:
    w = world()
    listing = bike_listing(w)
    client = signed_in(w.karim)
    one = typed(rhythm="0", until="", step="add", more=f"{next_monday() + timedelta(days=2)}")
    page = client.post(url(listing), one)
    dates_shown = list(page.context["dates"].fields)
    assert len(dates_shown) == 2
    extra = page.context["form"]["extra"].value()
    sent = typed(rhythm="0", until="", step="confirm", extra=extra)
    client.post(url(listing), sent | dict.fromkeys(dates_shown, "on"))
    assert Series.objects.get().every_weeks == 0
    assert Exchange.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"until": ""}, "Dites jusqu’à quel jour."),
        ({"until": f"{next_monday() + timedelta(days=3)}"}, "avant la deuxième fois"),
        ({"until": f"{next_monday() + timedelta(days=400)}"}, "Un an au plus"),
        ({"until": f"{next_monday() + timedelta(days=350)}"}, "Pas plus de 40 dates"),
        ({"until": "31/02/2027"}, "date"),
        ({"day": ""}, "Choisissez le jour."),
        ({"rhythm": "9"}, "Dites à quel rythme."),
        ({"to_hour": "08:00"}, "La fin doit venir après le début."),
    ],
)
def test_bad_input_says_how_to_mend_it(wrong: dict[str, str], said: str) -> None:
    w = world()
    page = signed_in(w.karim).post(url(bike_listing(w)), typed() | wrong)
    assert page.status_code == 400
    assert said in page.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_as_many_queries_for_forty_dates_as_for_two() -> None:
    w = world()
    client, listing = signed_in(w.karim), bike_listing(w, every_day(w))
    client.post(url(listing), typed(2))
    with CaptureQueriesContext(connection) as few:
        client.post(url(listing), typed(2))
    with CaptureQueriesContext(connection) as many:
        client.post(url(listing), typed(40))
    assert len(few) == len(many)


def test_the_page_of_a_series_and_of_who_may_not() -> None:
    w = world()
    series = ask_all(w, dates(bike_listing(w)))
    for who, expected in ((w.karim, 200), (w.nadia, 200), (w.chloe, 200), (w.paul, 404)):
        assert signed_in(who).get(series.get_absolute_url()).status_code == expected
    page = signed_in(w.karim).get(series.get_absolute_url()).content.decode()
    assert "Tous les lundis, jusqu’au" in page
    assert page.count("Annuler celle-ci et les suivantes") == 2
    exchange = series.exchanges.first()
    assert (
        series.get_absolute_url()
        in signed_in(w.karim).get(exchange.get_absolute_url()).content.decode()
    )


def test_the_keeper_answers_from_the_page() -> None:
    w = world()
    series = ask_all(w, dates(on_request(w)))
    client = signed_in(w.nadia)
    answer_url = f"{series.get_absolute_url()}reponse/"
    first, second, third = refs(series)
    client.post(answer_url, {"date": [first, second], "answer": "yes"})
    assert states(series) == ["agreed", "agreed", "proposed"] or states(series)[2] == "proposed"
    page = client.post(answer_url, {"date": [third], "answer": "no"})
    assert page.status_code == 400, "a reason is asked for"
    client.post(answer_url, {"date": [third], "answer": "no", "code": "taken"})
    assert states(series)[2] == "declined"
    assert signed_in(w.paul).post(answer_url, {"answer": "yes"}).status_code == 404


def test_all_that_follow_are_given_up_after_a_look() -> None:
    w = world()
    series = ask_all(w, dates(bike_listing(w)))
    client = signed_in(w.karim)
    _, second, _ = refs(series)
    cancel_url = f"{series.get_absolute_url()}annuler/"
    page = client.get(f"{cancel_url}?depuis={second}").content.decode().replace("\u00a0", " ")
    assert "2 dates" in page
    assert states(series) == ["confirmed"] * 3, "a look gives nothing up"
    client.post(cancel_url, {"depuis": second, "words": ""})
    assert states(series) == ["confirmed", "cancelled", "cancelled"]


def test_the_page_of_a_series_costs_the_same_for_two_and_twenty() -> None:
    w = world()
    two = ask_all(w, dates(on_request(w), 2))
    twenty = ask_all(w, dates(on_request(w), 20))
    client = signed_in(w.nadia)
    client.get(two.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(two.get_absolute_url())
    with CaptureQueriesContext(connection) as many:
        client.get(twenty.get_absolute_url())
    assert len(few) == len(many)


def test_a_listing_without_a_calendar_has_no_series() -> None:
    w = world()
    listing = published(w.nadia, w.metropole)
    answer = signed_in(w.karim).get(url(listing))
    assert answer.status_code == 302
    assert answer["Location"].endswith("/demander/")


def test_what_is_taken_leads_to_another_place_with_what_was_typed() -> None:
    w = world()
    category = CategoryFactory()
    asked = bike_listing(w, category=category)
    there = bikes(1, organisation=w.partner)
    other = published(
        w.paul, w.partner, "offer vehicle loan", access="direct", resource=there, category=category
    )
    book(asked, w.paul, w.partner)
    client = signed_in(w.karim)
    sent = typed()
    page = client.post(f"{asked.get_absolute_url()}demander/", sent).content.decode()
    there_url = f"{other.get_absolute_url()}demander/"
    assert f'formaction="{there_url}"' in page
    moved = client.post(there_url, sent | {"other_day": sent["day"]}).content.decode()
    assert "Pour la chorale." in moved
    assert f'value="{sent["day"]}"' in moved
    assert Exchange.objects.count() == 1
