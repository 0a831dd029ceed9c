"""The calendar in the browser's hands: seen, booked, waited for, kept by who lends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.booking import rules as booking
from marketplace.booking import setting_up
from marketplace.booking.models import Allocation, Resource
from marketplace.booking.setting_up import SetUp
from marketplace.catalogue import rules as rules_of_listings
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange
from tests.marketplace.booking.factories import again, at, bikes, hours, next_monday, period
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import World, published, skill, world

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def ask_url(listing: Listing) -> str:
    return reverse("exchange_ask", args=[listing.folder, listing.ref])


def by_the_hour(**values) -> dict:
    day = f"{next_monday():%Y-%m-%d}"
    return {"day": day, "from_hour": "09:00", "to_hour": "12:00", "message": ""} | values


def month_page(listing: Listing) -> str:
    return f"{listing.get_absolute_url()}?mois={next_monday():%Y-%m}"


# --- Seen ---------------------------------------------------------------------------------------


def test_the_page_shows_the_month_and_the_table_says_the_same() -> None:
    w = world()
    listing = bike_listing(w, hours(bikes(1, organisation=w.metropole), "0123456", 9, 18))
    book(listing, w.paul, w.partner)
    page = text(as_(w.karim).get(month_page(listing)))
    assert page.count("libre de 12 h à 18 h") == 3
    assert f"?jour={next_monday():%Y-%m-%d}" in page
    assert "du lundi au dimanche, de 9 h à 18 h" in page


def test_who_may_not_ask_sees_the_days_and_no_way_to_book_them() -> None:
    w = world()
    listing = bike_listing(w)
    page = text(as_(w.nadia).get(month_page(listing)))
    assert "?jour=" not in page
    assert 'class="calendar"' in page


def test_a_month_costs_the_same_for_few_and_many() -> None:
    w = world()
    listing = bike_listing(w, bikes(20, organisation=w.metropole))
    client, costs = as_(w.karim), []
    for _ in range(2):
        client.get(month_page(listing))
        with CaptureQueriesContext(connection) as queries:
            client.get(month_page(listing))
        costs.append(len(queries))
        for hour in range(8, 18):
            booking.book(listing.resource, period(next_monday(), hour, hour + 1, 5), None)
    assert costs[0] == costs[1], costs


def test_without_a_calendar_the_page_is_what_it_was() -> None:
    w = world()
    page = text(as_(w.karim).get(published(w.nadia, w.metropole).get_absolute_url()))
    assert 'class="calendar"' not in page
    assert "Demander ce prêt" in page


# --- Booked -------------------------------------------------------------------------------------


def test_a_bike_is_booked_in_one_form() -> None:
    w = world()
    listing = bike_listing(w)
    client = as_(w.karim)
    response = client.post(ask_url(listing), by_the_hour(), follow=True)
    assert "C’est réservé, le lundi" in text(response)
    exchange = Exchange.objects.get()
    assert (exchange.state, exchange.wanted_from) == ("confirmed", at(next_monday(), 9))


def test_the_day_that_one_clicked_is_in_the_form_and_shown_as_chosen() -> None:
    w = world()
    page = text(as_(w.karim).get(f"{ask_url(bike_listing(w))}?jour={next_monday():%Y-%m-%d}"))
    assert f'value="{next_monday():%Y-%m-%d}"' in page
    assert "choisi, libre" in page


def test_taken_one_is_shown_other_days_and_may_wait_and_nothing_typed_is_lost() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.paul, w.partner)
    client = as_(w.karim)
    assert "liste d’attente" not in text(client.get(ask_url(listing)))
    page = text(client.post(ask_url(listing), by_the_hour(message="Pour la tournée.")))
    assert "déjà pris à ces dates" in page
    assert "Un autre jour, c’est libre" in page
    assert "Pour la tournée." in page
    assert 'type="checkbox" name="waits"' in page
    response = client.post(ask_url(listing), by_the_hour(waits="on"), follow=True)
    assert "en liste d’attente" in text(response)


def test_another_day_is_put_in_the_form_with_all_that_was_typed_and_books_nothing() -> None:
    w = world()
    listing = bike_listing(w)
    later = next_monday() + timedelta(days=1)
    values = by_the_hour(message="Pour la tournée.", other_day=f"{later:%Y-%m-%d}")
    page = text(as_(w.karim).post(ask_url(listing), values))
    assert f'value="{later:%Y-%m-%d}"' in page
    assert 'value="09:00"' in page
    assert "Pour la tournée." in page
    assert not Exchange.objects.exists()
    # A day that is none is shown back, to be mended.
    page = as_(w.karim).post(ask_url(listing), values | {"other_day": "<b>"})
    assert page.status_code == 200
    assert "<b>" not in text(page).split("<form", 1)[1].split("</form>", 1)[0]


def test_whoever_booked_reads_which_one_is_theirs() -> None:
    w = world()
    exchange = book(bike_listing(w), w.karim, w.metropole)
    page = text(as_(w.karim).get(exchange.get_absolute_url()))
    assert exchange.allocations.get().unit.label in page
    assert page.count("Le moment venu") <= 1


def test_what_one_booked_directly_is_freed_without_a_reason_but_the_keeper_owes_one() -> None:
    w = world()
    exchange = book(bike_listing(w), w.karim, w.metropole)
    url = reverse("exchange_cancel", args=[exchange.ref])
    page = text(as_(w.nadia).post(url, {"words": ""}))
    assert "dites en quelques mots pourquoi vous annulez" in page
    as_(w.karim).post(url, {"words": ""})
    exchange.refresh_from_db()
    assert exchange.state == "cancelled"


def test_a_yes_is_not_proposed_while_its_calendar_says_no() -> None:
    w = world()
    listing = bike_listing(w, access="on_request")
    exchange = book(listing, w.karim, w.metropole)
    client = as_(w.nadia)
    assert "Donner mon accord" in text(client.get(exchange.get_absolute_url()))
    booking.book(listing.resource, period(next_monday(), 9, 12), None, purpose="own_use")
    page = text(client.get(exchange.get_absolute_url()))
    assert "Donner mon accord" not in page
    assert "C’est pris à ces dates dans le calendrier" in page
    assert "Décliner" in page


def test_what_falls_free_is_taken_from_the_page_of_the_request() -> None:
    w = world()
    listing = bike_listing(w)
    first = book(listing, w.paul, w.partner)
    client = as_(w.karim)
    client.post(ask_url(listing), by_the_hour(waits="on"))
    mine = Exchange.objects.get(asked_by=w.karim)
    assert "Une place se libère" not in text(client.get(mine.get_absolute_url()))
    rules.cancel(first, w.paul, "Réunion déplacée.")
    assert "gardé pour vous jusqu’au" in text(client.get(mine.get_absolute_url()))
    assert "gardé pour vous" not in text(as_(w.nadia).get(mine.get_absolute_url()))
    client.post(reverse("exchange_take_offer", args=[mine.ref]))
    mine.refresh_from_db()
    assert mine.state == "confirmed"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"day": ""}, "Choisissez le jour."),
        ({"day": "2020-01-01"}, "Cette date est passée"),
        ({"from_hour": "12:00", "to_hour": "09:00"}, "La fin doit venir après le début."),
        ({"from_hour": "midi"}, "Écrivez l’heure ainsi"),
        ({"quantity": "9"}, "Il y en a 3 au plus"),
        ({"from_hour": "03:00", "to_hour": "04:00"}, "regardez les horaires"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_to_mend_it(values: dict, said: str) -> None:
    w = world()
    listing = bike_listing(w, hours(bikes(3, organisation=w.metropole), "0123456", 9, 18))
    page = text(as_(w.karim).post(ask_url(listing), by_the_hour(quantity="1") | values))
    assert said in page
    assert not Exchange.objects.exists()


@pytest.mark.parametrize(
    ("half", "hour_from", "hour_to"), [("matin", 8, 13), ("apres-midi", 13, 17), ("journee", 8, 17)]
)
def test_a_desk_is_booked_by_halves_of_its_opening(half: str, hour_from: int, hour_to: int) -> None:
    w = world()
    resource = hours(bikes(1, organisation=w.metropole, step="half_day"), "01234", 8, 17)
    as_(w.karim).post(
        ask_url(bike_listing(w, resource)), {"day": f"{next_monday():%Y-%m-%d}", "half": half}
    )
    exchange = Exchange.objects.get()
    assert exchange.wanted_from == at(next_monday(), hour_from)
    assert exchange.wanted_until == at(next_monday(), hour_to)


def test_the_only_half_that_is_left_is_the_one_that_is_chosen() -> None:
    w = world()
    resource = hours(bikes(1, organisation=w.metropole, step="half_day"), "01234", 8, 17)
    listing = bike_listing(w, resource)
    booking.book(resource, period(next_monday(), 8, 13), None, purpose="own_use")
    page = text(as_(w.karim).get(ask_url(listing), {"jour": f"{next_monday():%Y-%m-%d}"}))
    assert "seule l’après-midi est libre" in page
    (chosen,) = re.findall(r'name="half" value="(\S+)"[^>]*checked', page)
    assert chosen == "apres-midi"
    free = next_monday() + timedelta(days=1)
    assert "libre en entier" not in text(as_(w.karim).get(ask_url(listing), {"jour": f"{free}"}))


def test_a_loan_by_the_day_goes_from_opening_to_closing() -> None:
    w = world()
    resource = hours(bikes(1, organisation=w.metropole, step="day"), "01234", 8, 17)
    friday = next_monday() + timedelta(days=4)
    as_(w.karim).post(
        ask_url(bike_listing(w, resource)),
        {"first_day": f"{next_monday():%Y-%m-%d}", "last_day": f"{friday:%Y-%m-%d}"},
    )
    exchange = Exchange.objects.get()
    assert (exchange.wanted_from, exchange.wanted_until) == (at(next_monday(), 8), at(friday, 17))


# --- Kept ---------------------------------------------------------------------------------------

CALENDAR = {
    "counted": "units",
    "units": "Vélo 1\nVélo 2\n",
    "step": "hour",
    "kept_while_closed": "on",
    "lead_time": "1",
    "longest": "4",
    "buffer": "30",
    "plages-TOTAL_FORMS": "2",
    "plages-INITIAL_FORMS": "0",
    "plages-0-weekdays": ["0", "1", "2"],
    "plages-0-opens_at": "09:00",
    "plages-0-closes_at": "18:00",
    "plages-0-term": "school",
    "plages-1-opens_at": "",
    "plages-1-closes_at": "",
    "plages-1-term": "always",
}


def calendar_url(listing: Listing, name: str = "listing_calendar") -> str:
    return reverse(name, args=[listing.ref])


def lent(w: World, **fields) -> Listing:
    return published(w.nadia, w.metropole, "offer vehicle loan", **fields)


def test_a_listing_is_given_its_calendar_and_read_again_as_it_was_written() -> None:
    w = world()
    listing, client = lent(w), as_(w.nadia)
    assert "Donner un calendrier" in text(client.get(listing.get_absolute_url()))
    response = client.post(calendar_url(listing), CALENDAR)
    assert response.url == calendar_url(listing, "listing_calendar_dates")
    resource = Resource.objects.for_calendar().get()
    assert [unit.label for unit in resource.units.all()] == ["Vélo 1", "Vélo 2"]
    assert [row.weekday for row in resource.opening_hours.all()] == [0, 1, 2]
    assert (resource.lead_time, resource.buffer) == (timedelta(days=1), timedelta(minutes=30))
    assert resource.school_zone == "B"  # Metz
    page = text(client.get(calendar_url(listing)))
    assert "Vélo 1\nVélo 2" in page
    assert page.count("checked") >= 5
    listing.refresh_from_db()
    assert (listing.resource, listing.quantity) == (resource, 2)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"units": ""}, "Nommez au moins un exemplaire."),
        ({"units": "Vélo\nVélo"}, "Deux exemplaires portent le même nom"),
        ({"counted": "quantity", "quantity": ""}, "Dites combien"),
        ({"plages-0-weekdays": []}, "Cochez au moins un jour."),
        ({"plages-0-closes_at": "08:00"}, "La fermeture doit venir après l’ouverture."),
        ({"plages-0-opens_at": ""}, "Dites à quelle heure cela ouvre."),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_and_kept_on_the_page(values: dict, said: str) -> None:
    w = world()
    listing = lent(w)
    response = as_(w.nadia).post(calendar_url(listing), CALENDAR | values)
    assert response.status_code == 400
    assert said in text(response)
    assert not Resource.objects.exists()


def test_a_unit_that_is_reserved_stays_and_one_that_was_goes_out_of_service() -> None:
    w = world()
    listing = lent(w)
    client = as_(w.nadia)
    client.post(calendar_url(listing), CALENDAR | {"lead_time": "0", "plages-0-term": "always"})
    resource = Resource.objects.for_calendar().get()
    second = resource.units.get(label="Vélo 2")
    (row,) = booking.book(resource, period(next_monday(), 9, 12), None, units=[second])
    only_first = CALENDAR | {"units": "Vélo 1"}
    page = text(client.post(calendar_url(listing), only_first))
    assert "Vélo 2 est réservé" in page
    assert again(resource).capacity == 2
    yesterday = timezone.now() - timedelta(days=1)
    Allocation.objects.filter(pk=row.pk).update(
        starts_at=yesterday - timedelta(hours=2), returns_at=yesterday, ends_at=yesterday
    )
    client.post(calendar_url(listing), only_first)
    second.refresh_from_db()
    assert not second.in_service
    assert again(resource).capacity == 1


def test_a_quantity_does_not_fall_below_what_is_reserved() -> None:
    w = world()
    listing, client = lent(w), as_(w.nadia)
    chairs = CALENDAR | {"counted": "quantity", "quantity": "80", "plages-0-term": "always"}
    client.post(calendar_url(listing), chairs | {"lead_time": "0"})
    booking.book(Resource.objects.get(), period(next_monday(), 9, 12, 50), None)
    page = text(client.post(calendar_url(listing), chairs | {"quantity": "40"}))
    assert "50 exemplaires sont déjà réservés en même temps : gardez-en au moins 50." in page
    assert Resource.objects.get().quantity == 80


def test_the_way_of_counting_stays_while_something_is_reserved() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.karim, w.metropole)
    values = CALENDAR | {"counted": "quantity", "quantity": "2"}
    assert "on ne peut plus changer" in text(as_(w.nadia).post(calendar_url(listing), values))
    assert again(listing.resource).is_itemised


def test_two_listings_share_one_calendar() -> None:
    w = world()
    first, second = bike_listing(w), lent(w, title="Vélo pour les marchés")
    client = as_(w.nadia)
    assert "a déjà un calendrier" in text(client.get(calendar_url(second)))
    client.post(calendar_url(second, "listing_calendar_share"), {"resource": first.resource.ref})
    second.refresh_from_db()
    assert second.resource == first.resource


def test_a_calendar_of_another_organisation_is_not_there() -> None:
    w = world()
    theirs = bikes(1, organisation=w.stranger)
    listing = lent(w)
    response = as_(w.nadia).post(
        calendar_url(listing, "listing_calendar_share"), {"resource": theirs.ref}
    )
    assert response.status_code == 404
    listing.refresh_from_db()
    assert listing.resource is None


def test_days_are_closed_and_opened_again_and_one_is_told_who_had_reserved() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.karim, w.metropole)
    client = as_(w.nadia)
    monday = f"{next_monday():%Y-%m-%d}"
    values = {"form": "closure", "fermeture-first_day": monday, "fermeture-reason": "Révision"}
    response = client.post(calendar_url(listing, "listing_calendar_dates"), values, follow=True)
    assert "1 réservation tombe ces jours-là : prévenez les personnes." in text(response)
    closure = listing.resource.closures.get()
    assert closure.last_day == next_monday()
    client.post(reverse("listing_closure_remove", args=[listing.ref, closure.ref]))
    assert not listing.resource.closures.exists()


def test_dates_are_kept_for_ourselves_and_freed_but_an_exchange_frees_its_own() -> None:
    w = world()
    listing = bike_listing(w)
    client = as_(w.nadia)
    monday = f"{next_monday():%Y-%m-%d}"
    values = {
        "form": "keep",
        "garder-first_day": monday,
        "garder-purpose": "repair",
        "garder-units": listing.resource.units.get().ref,
        "garder-reason": "Frein avant",
    }
    dates = calendar_url(listing, "listing_calendar_dates")
    page = text(client.post(dates, values, follow=True))
    assert "Frein avant" in page
    kept = Allocation.objects.get()
    assert "déjà pris à ces dates" in text(client.post(dates, values))
    client.post(reverse("listing_kept_release", args=[listing.ref, kept.ref]))
    assert not Allocation.objects.live().exists()
    exchange = book(listing, w.karim, w.metropole)
    row = exchange.allocations.get()
    client.post(reverse("listing_kept_release", args=[listing.ref, row.ref]))
    assert Allocation.objects.live().count() == 1
    assert w.metropole.short_name in text(client.get(dates))
    # As the page of the exchange says it: direct booking shares names.
    assert f"{w.karim}, {w.metropole.short_name}" in text(client.get(dates))


@pytest.mark.parametrize("name", ["listing_calendar", "listing_calendar_dates"])
def test_only_who_answers_for_a_thing_keeps_its_calendar(name: str) -> None:
    w = world()
    listing = bike_listing(w)
    url = calendar_url(listing, name)
    assert as_(w.nadia).get(url).status_code == 200
    assert as_(w.karim).get(url).status_code == 404
    assert as_(w.paul).get(url).status_code == 404
    assert Client(HTTP_HOST="localhost").get(url).status_code == 302


def test_a_persons_time_has_no_calendar() -> None:
    w = world()
    listing = skill(w.nadia, w.metropole)
    client = as_(w.nadia)
    assert client.get(calendar_url(listing)).status_code == 403
    assert "Donner un calendrier" not in text(client.get(listing.get_absolute_url()))


def test_what_is_no_longer_lent_has_no_calendar_and_its_calendar_counts_for_it() -> None:
    w = world()
    listing = bike_listing(w, bikes(3, organisation=w.metropole))
    client = as_(w.nadia)
    step = reverse("listing_step", args=[listing.ref, 2])
    assert "Combien d’exemplaires" not in text(client.get(step))
    gift = {"nature": "equipment", "transfer": "gift"}
    rules_of_listings.save(listing, w.nadia, gift, {"unit_value": 20})
    listing.refresh_from_db()
    assert listing.resource is None
    assert "Combien d’exemplaires" in text(client.get(step))


def test_a_form_without_its_hours_is_refused_not_a_fault_of_ours() -> None:
    w = world()
    listing = lent(w)
    values = {key: value for key, value in CALENDAR.items() if not key.startswith("plages")}
    assert as_(w.nadia).post(calendar_url(listing), values).status_code == 400


@pytest.mark.parametrize("step", ["hour", "half_day"])
@pytest.mark.parametrize(
    "query",
    [
        *("?mois=9999-12", "?mois=%00", "?jour=hier", "?jour=2027-13-45"),
        *("?jour=9999-12-31", "?jour=0001-01-01"),
    ],
)
def test_a_month_or_a_day_that_is_none_opens_the_page(query: str, step: str) -> None:
    w = world()
    listing = bike_listing(w, bikes(1, organisation=w.metropole, step=step))
    client = as_(w.karim)
    assert client.get(f"{listing.get_absolute_url()}{query}").status_code == 200
    assert client.get(f"{ask_url(listing)}{query}").status_code == 200


def test_another_day_that_is_out_of_reach_moves_nothing() -> None:
    w = world()
    listing = bike_listing(w, bikes(1, organisation=w.metropole, step="day"))
    first = next_monday()
    values = {"first_day": f"{first}", "last_day": f"{first + timedelta(days=2)}"}
    client = as_(w.karim)
    for day in ("9999-12-31", "0001-01-01", "demain"):
        assert client.post(ask_url(listing), values | {"other_day": day}).status_code == 200


def test_what_falls_free_and_what_one_takes_soon_wait_on_ones_pages() -> None:
    w = world()
    listing = bike_listing(w)
    first = book(listing, w.paul, w.partner)
    book(listing, w.karim, w.metropole, waits=True)
    client = as_(w.karim)
    assert "Une place se libère" not in text(client.get("/mes-echanges/"))
    rules.cancel(first, w.paul, "Réunion déplacée.")
    assert "Une place se libère" in text(client.get("/mes-echanges/"))
    soon = timezone.now() + timedelta(days=1)
    Exchange.objects.filter(asked_by=w.karim).update(
        state="confirmed", wanted_from=soon, wanted_until=soon + timedelta(hours=2)
    )
    page = text(client.get("/mes-echanges/"))
    assert "Une place se libère" not in page
    assert page.count(listing.title) >= 2


def test_nobody_takes_over_a_calendar_that_a_colleague_keeps() -> None:
    """Else any agent would read who reserved the van, and close it, from a draft of theirs."""
    w = world()
    van = bike_listing(w)
    mine = published(w.karim, w.metropole, "offer vehicle loan")
    client = as_(w.karim)
    assert van.resource.name not in text(client.get(calendar_url(mine)))
    url = calendar_url(mine, "listing_calendar_share")
    assert client.post(url, {"resource": van.resource.ref}).status_code == 404
    assert client.post(url, {"resource": "\0"}).status_code == 404
    mine.refresh_from_db()
    assert mine.resource is None


def test_whoever_shares_a_calendar_opens_the_exchanges_that_they_may_see() -> None:
    """A link that leads to «page introuvable» is worse than none; the dates are theirs to know."""
    w = world()
    van = bike_listing(w)
    book(van, w.paul, w.partner)
    second = published(w.karim, w.metropole, "offer vehicle loan")
    Listing.objects.filter(pk=second.pk).update(resource=van.resource)
    exchange = Exchange.objects.get()
    url = exchange.get_absolute_url()
    assert url in text(as_(w.nadia).get(calendar_url(van, "listing_calendar_dates")))
    page = text(as_(w.karim).get(calendar_url(second, "listing_calendar_dates")))
    assert exchange.asked_for.short_name in page
    assert url not in page
    assert ">Libérer<" not in page


def test_a_listing_that_has_a_calendar_takes_no_other() -> None:
    w = world()
    first, second = bike_listing(w), bike_listing(w)
    url = calendar_url(second, "listing_calendar_share")
    page = as_(w.nadia).post(url, {"resource": first.resource.ref}, follow=True)
    assert "a déjà un calendrier" in text(page)
    before = second.resource
    second.refresh_from_db()
    assert second.resource == before


def test_two_first_savings_at_once_make_one_calendar() -> None:
    w = world()
    listing = lent(w)
    old = Listing.objects.select_related("organisation", "commune").get(pk=listing.pk)
    wanted = SetUp(quantity=2, fields={"step": "day"})
    setting_up.set_up(listing, w.nadia, wanted)
    setting_up.set_up(old, w.nadia, wanted)
    assert Resource.objects.count() == 1


def test_one_says_which_unit_is_in_repair() -> None:
    w = world()
    resource = bikes(3, organisation=w.metropole)
    listing, client = bike_listing(w, resource), as_(w.nadia)
    broken = resource.units.get(label="Vélo 3")
    values = {
        "form": "keep",
        "garder-first_day": f"{next_monday():%Y-%m-%d}",
        "garder-purpose": "repair",
    }
    dates = calendar_url(listing, "listing_calendar_dates")
    assert "Dites lesquels." in text(client.post(dates, values))
    client.post(dates, values | {"garder-units": broken.ref})
    assert Allocation.objects.get().unit == broken


def test_what_is_archived_keeps_its_dates_to_read_and_to_free() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.karim, w.metropole)
    rules_of_listings.archive(Listing.objects.get(pk=listing.pk), w.nadia)
    page = text(as_(w.nadia).get(calendar_url(listing, "listing_calendar_dates")))
    assert w.metropole.short_name in page
