"""A booking that nobody came for ends: whoever lends says so, or time does for a direct one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Notice
from marketplace.booking import parting
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rights
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.following.conditions import stuck_q
from marketplace.exchanges.handover import never_taken, rules
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import bikes
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import World

DAYS = timedelta(days=4)


def past(exchange: Exchange, ago: timedelta = DAYS) -> Exchange:
    """Let the dates of a booking be over for so long, with nothing noted."""
    ends = timezone.now() - ago
    starts = ends - timedelta(hours=3)
    Exchange.objects.filter(pk=exchange.pk).update(wanted_from=starts, wanted_until=ends)
    exchange.allocations.update(starts_at=starts, returns_at=ends, ends_at=ends)
    return Exchange.objects.for_page().get(pk=exchange.pk)


def agreed(w: World) -> Exchange:
    """Return a bike that Odile asked for and that Nadia agreed to lend."""
    listing = bike_listing(w, bikes(1, organisation=w.metropole), access="on_request")
    exchange = book(listing, w.odile, w.association)
    exchange_rules.accept(exchange, w.nadia)
    Notice.objects.all().delete()
    return exchange


def stuck(exchange: Exchange, now: datetime | None = None) -> bool:
    return Exchange.objects.filter(stuck_q(now or timezone.now()), pk=exchange.pk).exists()


@pytest.mark.parametrize("who", ["nadia", "chloe"])
def test_whoever_lends_or_their_coordination_says_that_nobody_came(w: World, who: str) -> None:
    exchange = past(agreed(w))
    assert stuck(exchange)
    never_taken.say(exchange, getattr(w, who))
    exchange.refresh_from_db()
    assert (exchange.state, exchange.reason) == ("cancelled", "Personne n’est venu le prendre.")
    assert exchange.events.get(to_state="cancelled").reason_code == "not_taken"
    assert not stuck(exchange)
    assert set(exchange.allocations.values_list("state", flat=True)) == {"released"}
    assert "close" in Notice.objects.get(recipient=w.odile).body


def test_it_is_said_of_what_is_over_and_never_left_and_by_who_lends(w: World) -> None:
    exchange = agreed(w)
    with pytest.raises(Refused, match="Attendez la fin"):
        never_taken.say(exchange, w.nadia)
    exchange = past(exchange)
    for person in (w.odile, w.karim):
        with pytest.raises(Refused, match="deux parties"):
            never_taken.say(exchange, person)
    rules.record(exchange, w.odile, "leaving", State())
    with pytest.raises(Refused, match="n’est plus"):
        never_taken.say(exchange, w.nadia)


def test_a_direct_booking_ends_a_week_after_and_no_longer_binds_its_calendar(w: World) -> None:
    listing = bike_listing(w, bikes(2, organisation=w.metropole))
    bike_listing(w, listing.resource, title="Le même, le soir")
    exchange = past(book(listing, w.paul, w.partner), timedelta(days=6))
    asked = past(agreed(w), timedelta(days=60))
    assert "passée" in rights.why_not_cancel(w.paul, exchange)
    assert never_taken.close_due() == 0
    with pytest.raises(Refused, match="réservations"):
        parting.part(listing, w.nadia)
    later = timezone.now() + timedelta(days=2)
    assert (never_taken.close_due(later), never_taken.close_due(later)) == (1, 0)
    exchange.refresh_from_db()
    asked.refresh_from_db()
    assert (exchange.state, asked.state) == ("cancelled", "confirmed")
    # Somebody may have used it and noted nothing.
    assert exchange.allocations.get().state == "firm"
    parting.part(Listing.objects.get(pk=listing.pk), w.nadia)


def test_the_button_is_there_once_the_dates_are_over(w: World, client_for: Any) -> None:
    exchange = agreed(w)
    page = exchange.get_absolute_url()
    assert "Cela n’a pas eu lieu" not in client_for(w.nadia).get(page).text
    past(exchange)
    assert "Cela n’a pas eu lieu" in client_for(w.nadia).get(page).text
    assert "Cela n’a pas eu lieu" not in client_for(w.odile).get(page).text
    client_for(w.nadia).post(f"{page}remise/pas-eu-lieu/")
    exchange.refresh_from_db()
    assert exchange.state == "cancelled"
