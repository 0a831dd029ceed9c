"""An exchange about what has a calendar: booked at once, asked for, waited for, fallen free."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from marketplace.booking import rules as booking
from marketplace.booking import setting_up
from marketplace.booking.models import Allocation, Resource
from marketplace.booking.rules import NotFree
from marketplace.booking.setting_up import SetUp
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.exchanges import bookings, ending, rules, waiting
from marketplace.exchanges.leaving import person_left
from marketplace.exchanges.models import Exchange
from marketplace.personal_data.kinds import erase_exchanges
from marketplace.refusals import Refused
from marketplace.words import day_words
from tests.marketplace.booking.factories import at, bikes, chairs, next_monday, period
from tests.marketplace.factories import World, ask, published, world

pytestmark = pytest.mark.django_db


def bike_listing(w: World, resource: Resource | None = None, **fields) -> Listing:
    """Return a loan of the métropole's with a calendar, booked directly unless `fields` say so."""
    resource = resource or bikes(1, organisation=w.metropole)
    values = {"access": "direct", "resource": resource} | fields
    return published(w.nadia, w.metropole, "offer vehicle loan", **values)


def book(listing: Listing, who, organisation, hours: tuple = (9, 12), **wish) -> Exchange:
    starts, ends = (at(next_monday(), hour) for hour in hours)
    return ask(listing, who, organisation, wanted_from=starts, wanted_until=ends, **wish)


def states(*exchanges: Exchange) -> list[str]:
    return list(
        Exchange.objects.filter(pk__in=[one.pk for one in exchanges])
        .order_by("pk")
        .values_list("state", flat=True)
    )


def told(person, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person, kind=kind))


def test_who_keeps_it_reads_how_many_are_free_when_they_are_not_enough() -> None:
    w = world()
    listing = bike_listing(w, bikes(2, organisation=w.metropole), access="on_request")
    both = book(listing, w.karim, w.metropole, quantity=2)
    alone = replace(waiting.period_of(both), quantity=1)
    booking.book(listing.resource, alone, w.nadia)
    both = Exchange.objects.for_page().get(pk=both.pk)
    assert "il en reste 1\u00a0exemplaire" in bookings.why_not_now(both)
    with pytest.raises(Refused, match="il en reste 1"):
        rules.accept(both, w.nadia)


# --- Direct ------------------------------------------------------------------------------------


def test_direct_access_is_confirmed_by_itself_and_names_are_shared() -> None:
    w = world()
    exchange = book(bike_listing(w), w.karim, w.metropole, message="")
    assert exchange.state == "confirmed"
    assert exchange.contact_accepted_at
    (row,) = exchange.allocations.all()
    assert (row.state, row.starts_at) == ("firm", at(next_monday(), 9))
    assert not exchange.messages.exists()
    (notice,) = told(w.nadia, "exchange_booked")
    assert "Vous n’avez rien à confirmer" in notice.body


def test_dates_are_asked_for() -> None:
    w = world()
    with pytest.raises(Refused, match="Choisissez vos dates"):
        ask(bike_listing(w), w.karim, w.metropole)


def test_who_comes_second_is_told_and_nothing_half_done_is_saved() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.karim, w.metropole)
    with pytest.raises(NotFree):
        book(listing, w.paul, w.partner, (11, 13))
    assert Exchange.objects.count() == Allocation.objects.count() == 1


def test_two_clicks_are_one_booking_and_other_days_are_others() -> None:
    w = world()
    listing = bike_listing(w, bikes(3, organisation=w.metropole))
    first = book(listing, w.karim, w.metropole)
    with pytest.raises(rules.AlreadyAsked) as again:
        book(listing, w.karim, w.metropole)
    assert again.value.exchange == first
    assert book(listing, w.karim, w.metropole, (14, 16)).state == "confirmed"


def test_a_need_that_names_a_resource_is_not_booked() -> None:
    """Only offers lend: a need keeps to words, whatever its row says."""
    w = world()
    need = published(w.odile, w.association, "need equipment loan")
    Listing.objects.filter(pk=need.pk).update(resource=bikes(1))
    need.refresh_from_db()
    offer = published(w.nadia, w.metropole)
    assert ask(need, w.nadia, w.metropole, offer=offer).state == "proposed"


# --- On request --------------------------------------------------------------------------------


def test_a_request_takes_nothing_and_its_acceptance_does() -> None:
    w = world()
    listing = bike_listing(w, access="on_request")
    exchange = book(listing, w.karim, w.metropole)
    assert (exchange.state, Allocation.objects.count()) == ("proposed", 0)
    rules.accept(exchange, w.nadia)
    assert exchange.allocations.get().state == "firm"


def test_when_one_is_accepted_those_who_overlap_keep_their_place_and_are_told() -> None:
    w = world()
    listing = bike_listing(w, access="on_request")
    first = book(listing, w.karim, w.metropole)
    overlapping = book(listing, w.paul, w.partner, (11, 13))
    later = book(listing, w.odile, w.association, (14, 16))
    rules.accept(first, w.nadia)
    assert states(first, overlapping, later) == ["confirmed", "waiting", "proposed"]
    (notice,) = told(w.paul, "exchange_waiting")
    assert "Vous gardez votre place" in notice.body
    assert "Nadia" not in notice.body
    assert not told(w.odile, "exchange_waiting")


def test_what_is_already_taken_may_be_waited_for() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.karim, w.metropole)
    exchange = book(listing, w.paul, w.partner, waits=True)
    assert (exchange.state, exchange.expires_at) == ("waiting", exchange.wanted_from)
    assert not exchange.allocations.exists()
    assert not told(w.nadia, "exchange_asked")


def time_is_up(exchange: Exchange) -> None:
    """Let the time to answer an offer be over, as if the clock had gone on."""
    past = timezone.now() - timedelta(minutes=1)
    Allocation.objects.filter(exchange=exchange, state="held").update(held_until=past)
    Exchange.objects.filter(pk=exchange.pk).update(expires_at=past)


# --- The line ----------------------------------------------------------------------------------


def line(w: World, **fields) -> tuple[Exchange, Exchange, Exchange]:
    """Return a booking and two who wait for it, in order."""
    listing = bike_listing(w, **fields)
    first = book(listing, w.karim, w.metropole)
    if first.state == "proposed":
        rules.accept(first, w.nadia)
    second = book(listing, w.paul, w.partner, waits=True)
    third = book(listing, w.odile, w.association, waits=True)
    return first, second, third


def test_what_falls_free_is_kept_for_the_next_in_line_with_a_time_to_answer() -> None:
    w = world()
    first, second, third = line(w)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    assert [row.exchange_id for row in Allocation.objects.live()] == [second.pk]
    (notice,) = told(w.paul, "exchange_offered")
    assert "gardé pour vous jusqu’au" in notice.body
    assert not told(w.odile, "exchange_offered")
    second.refresh_from_db()
    left = second.expires_at - timezone.now()
    assert timedelta(days=1, hours=23) < left <= waiting.TIME_TO_TAKE
    with pytest.raises(NotFree):  # nobody slips in before them
        book(first.listing, w.sonia, w.stranger)
    bookings.take_offer(second, w.paul)
    assert states(second, third) == ["confirmed", "waiting"]
    assert Allocation.objects.get(exchange=second).state == "firm"


def test_who_does_not_answer_in_time_lets_the_next_one_have_it() -> None:
    w = world()
    first, second, third = line(w)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    time_is_up(second)
    assert ending.expire_due() == 1
    assert states(second, third) == ["expired", "waiting"]
    assert [row.exchange_id for row in Allocation.objects.live()] == [third.pk]
    assert told(w.paul, "exchange_expired")
    assert told(w.odile, "exchange_offered")


def test_who_wants_it_no_more_lets_the_next_one_have_it() -> None:
    w = world()
    first, second, third = line(w)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    rules.cancel(second, w.paul)
    assert [row.exchange_id for row in Allocation.objects.live()] == [third.pk]


def test_on_request_the_yes_of_the_next_goes_to_who_keeps_it_and_stays_kept() -> None:
    w = world()
    first, second, third = line(w, access="on_request")
    rules.cancel(first, w.karim, "Réunion déplacée.")
    bookings.take_offer(second, w.paul)
    assert states(second, third) == ["proposed", "waiting"]
    assert told(w.nadia, "exchange_asked")
    rules.accept(second, w.nadia)
    assert Allocation.objects.get(exchange=second).state == "firm"
    assert Allocation.objects.live().count() == 1


def test_a_refusal_by_the_keeper_frees_what_was_kept() -> None:
    w = world()
    first, second, third = line(w, access="on_request")
    rules.cancel(first, w.karim, "Réunion déplacée.")
    bookings.take_offer(second, w.paul)
    rules.decline(second, w.nadia, "conditions")
    assert [row.exchange_id for row in Allocation.objects.live()] == [third.pk]


def test_nobody_says_yes_for_another_nor_too_late_nor_twice() -> None:
    w = world()
    first, second, _ = line(w)
    with pytest.raises(Refused, match="plus gardé pour vous"):
        bookings.take_offer(second, w.paul)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    with pytest.raises(Refused):
        bookings.take_offer(second, w.nadia)
    bookings.take_offer(second, w.paul)
    with pytest.raises(Refused, match="plus en liste d’attente"):
        bookings.take_offer(second, w.paul)


def test_who_waits_in_vain_is_told_when_the_moment_comes() -> None:
    w = world()
    _, second, third = line(w)
    assert ending.expire_due(at(next_monday(), 9)) == 2
    assert states(second, third) == ["expired", "expired"]
    (notice,) = told(w.paul, "exchange_expired")
    assert "faute de réponse" not in notice.body


def test_a_listing_that_is_withdrawn_frees_what_was_kept_for_its_requests() -> None:
    w = world()
    first, second, _ = line(w)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    listing = Listing.objects.get(pk=second.listing_id)
    listing_rules.withdraw(listing, w.chloe, "Doublon.")
    second.refresh_from_db()
    assert second.state == "declined"
    assert not Allocation.objects.live().exists()


def test_a_bigger_wish_does_not_block_a_smaller_one_behind_it() -> None:
    w = world()
    resource = bikes(2, organisation=w.metropole)
    listing = bike_listing(w, resource)
    first = book(listing, w.karim, w.metropole)
    both = book(listing, w.paul, w.partner, quantity=2, waits=True)
    second = book(listing, w.sonia, w.stranger)
    one = book(listing, w.odile, w.association, waits=True)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    assert [row.exchange_id for row in Allocation.objects.live().order_by("pk")] == [
        second.pk,
        one.pk,
    ]
    both.refresh_from_db()
    assert both.state == "waiting"


def test_one_more_bike_is_offered_to_who_waits() -> None:
    w = world()
    _, second, _ = line(w)
    labels = ("Vélo 1", "Vélo 2")
    setting_up.set_up(second.listing, w.nadia, SetUp(unit_labels=labels, fields={"step": "hour"}))
    assert [row.exchange_id for row in Allocation.objects.live().order_by("pk")][1:] == [second.pk]
    assert told(w.paul, "exchange_offered")
    assert not told(w.odile, "exchange_offered")


def test_what_we_kept_and_free_again_is_offered_to_who_waits() -> None:
    w = world()
    listing = bike_listing(w)
    morning = period(next_monday(), 9, 12)
    (kept,) = setting_up.keep_for_ourselves(
        listing.resource, listing, w.nadia, morning, "own_use", "", listing.resource.units.all()
    )
    exchange = book(listing, w.paul, w.partner, waits=True)
    setting_up.give_back(kept, listing, w.nadia)
    assert [row.exchange_id for row in Allocation.objects.live()] == [exchange.pk]


def test_who_leaves_frees_what_they_had_booked_for_whoever_waits() -> None:
    w = world()
    first, second, _ = line(w)
    person_left(w.karim, w.metropole, None)
    first.refresh_from_db()
    assert (first.state, first.reason) == ("cancelled", "La personne a quitté son organisme.")
    assert [row.exchange_id for row in Allocation.objects.live()] == [second.pk]


def test_a_request_stops_at_the_latest_when_its_dates_are_over() -> None:
    w = world()
    exchange = book(bike_listing(w, access="on_request"), w.karim, w.metropole)
    assert exchange.expires_at == exchange.wanted_until < timezone.now() + rules.ANSWER_WITHIN
    (notice,) = told(w.nadia, "exchange_asked")
    assert f"s’arrête le {day_words(exchange.wanted_until)}." in notice.body


def test_who_keeps_it_is_told_why_they_cannot_say_yes() -> None:
    w = world()
    listing = bike_listing(w, access="on_request")
    exchange = book(listing, w.karim, w.metropole)
    morning = period(next_monday(), 9, 12)
    units = listing.resource.units.all()
    setting_up.keep_for_ourselves(listing.resource, listing, w.nadia, morning, "repair", "", units)
    with pytest.raises(Refused, match="convenez d’autres dates"):
        rules.accept(exchange, w.nadia)
    assert states(exchange) == ["proposed"]


def test_the_lead_time_counts_from_when_one_asked() -> None:
    w = world()
    resource = bikes(1, organisation=w.metropole, lead_time=timedelta(days=2))
    exchange = book(bike_listing(w, resource, access="on_request"), w.karim, w.metropole)
    starts = timezone.now() + timedelta(hours=20)
    Exchange.objects.filter(pk=exchange.pk).update(
        wanted_from=starts,
        wanted_until=starts + timedelta(hours=2),
        created_at=timezone.now() - timedelta(days=3),
    )
    exchange.refresh_from_db()
    rules.accept(exchange, w.nadia)
    assert exchange.allocations.get().state == "firm"


def test_who_waits_behind_a_lapsed_offer_is_not_forgotten() -> None:
    """A's offer lapsed and went in part to another; B, behind, fits in what is left."""
    w = world()
    listing = bike_listing(w, chairs(50, organisation=w.metropole))
    first = book(listing, w.karim, w.metropole, quantity=50)
    many = book(listing, w.paul, w.partner, quantity=50, waits=True)
    some = book(listing, w.odile, w.association, quantity=40, waits=True)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    time_is_up(many)
    book(listing, w.sonia, w.stranger, quantity=10)
    ending.expire_due()
    assert states(many, some) == ["expired", "waiting"]
    assert waiting.offer_of(some)


def test_who_comes_along_does_not_pass_before_the_line_when_an_offer_lapses() -> None:
    w = world()
    first, second, third = line(w)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    time_is_up(second)
    passer_by = book(Listing.objects.get(pk=first.listing_id), w.sonia, w.stranger, waits=True)
    assert states(second, third, passer_by) == ["waiting", "waiting", "waiting"]
    assert waiting.offer_of(third), "tick has not passed, and it is kept for the next all the same"
    assert not waiting.offer_of(second)


def test_what_is_no_longer_lent_is_offered_to_nobody() -> None:
    w = world()
    first, second, _ = line(w)
    listing_rules.archive(Listing.objects.get(pk=first.listing_id), w.nadia)
    rules.cancel(first, w.karim, "Réunion déplacée.")
    assert not waiting.offer_of(second)


def test_what_was_agreed_before_there_was_a_calendar_has_its_place_in_it() -> None:
    w = world()
    listing = published(w.nadia, w.metropole, "offer vehicle loan")
    agreed = book(listing, w.karim, w.metropole)
    rules.accept(agreed, w.nadia)
    asked = book(listing, w.paul, w.partner, (14, 16))
    setting_up.set_up(listing, w.nadia, SetUp(unit_labels=("Vélo",), fields={"step": "hour"}))
    assert agreed.allocations.get().state == "firm"
    asked.refresh_from_db()
    assert asked.resource == listing.resource
    rules.accept(asked, w.nadia)
    assert asked.allocations.get().state == "firm"


def test_a_calendar_with_less_than_what_is_agreed_is_refused_with_when() -> None:
    w = world()
    listing = published(w.nadia, w.metropole, "offer vehicle loan", quantity=2)
    for who, body in ((w.karim, w.metropole), (w.paul, w.partner)):
        rules.accept(book(listing, who, body), w.nadia)
    with pytest.raises(Refused, match="Un accord est déjà donné le lundi"):
        setting_up.set_up(listing, w.nadia, SetUp(unit_labels=("Vélo",), fields={"step": "hour"}))
    assert not Resource.objects.exists()


def test_the_same_days_by_the_other_listing_of_a_van_are_asked_already() -> None:
    w = world()
    resource = bikes(2, organisation=w.metropole)
    one, other = bike_listing(w, resource), bike_listing(w, resource)
    first = book(one, w.karim, w.metropole)
    with pytest.raises(rules.AlreadyAsked) as again:
        book(other, w.karim, w.metropole)
    assert again.value.exchange == first


def test_what_has_exchanges_under_way_does_not_leave_its_calendar() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.karim, w.metropole)
    gift = {"nature": "equipment", "transfer": "gift"}
    with pytest.raises(Refused, match="échanges sont en cours"):
        listing_rules.save(listing, w.nadia, gift, {"unit_value": 20})


# --- What is left in the calendar ----------------------------------------------------------------


def test_what_is_interrupted_keeps_the_days_that_were_used() -> None:
    w = world()
    exchange = book(bike_listing(w), w.karim, w.metropole)
    began, noon = timezone.now() - timedelta(hours=2), timezone.now()
    Allocation.objects.update(starts_at=began)
    waiting.let_go(exchange, noon)
    row = exchange.allocations.get()
    assert (row.state, row.starts_at, row.returns_at) == ("firm", began, noon)


def test_a_dossier_that_is_purged_leaves_the_calendar_without_a_name() -> None:
    w = world()
    exchange = book(bike_listing(w), w.karim, w.metropole)
    rules.cancel(exchange, w.karim, "Réunion déplacée.")
    assert erase_exchanges(Exchange.objects.filter(pk=exchange.pk)) == 1
    assert not Exchange.objects.exists()
    row = Allocation.objects.get()
    assert (row.exchange_id, row.made_by_id) == (None, None)
