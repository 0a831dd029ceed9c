"""Whatever people do in whatever order: nobody is given two places, and no free one lies idle."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation
from marketplace.booking.rules import NotFree
from marketplace.exchanges import bookings, ending, rules, waiting
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import at, bikes, next_monday
from tests.marketplace.booking.test_exchanges import bike_listing, book, time_is_up
from tests.marketplace.factories import World

pytestmark = pytest.mark.django_db

PEOPLE = ("karim", "paul", "sonia", "odile")
BODIES = {"karim": "metropole", "paul": "partner", "sonia": "stranger", "odile": "association"}


def _expire(exchange: Exchange, w: World) -> None:
    if waiting.offer_of(exchange):
        time_is_up(exchange)
        ending.expire_due()


VERBS = {
    "accept": lambda one, w: rules.accept(one, w.nadia),
    "decline": lambda one, w: rules.decline(one, w.nadia, "not_now"),
    "cancel": lambda one, w: rules.cancel(one, one.asked_by, "Un empêchement."),
    "take": lambda one, w: bookings.take_offer(one, one.asked_by),
    "expire": _expire,
}
ASKING = st.tuples(st.just("ask"), st.integers(0, 3), st.integers(8, 14), st.integers(1, 2))
DOING = st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 9), st.just(0), st.just(0))


@settings(
    max_examples=40 if connection.vendor == "sqlite" else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(direct=st.booleans(), plan=st.lists(ASKING | DOING, max_size=16))
def test_places_go_to_one_and_never_lie_idle(
    w: World, direct: bool, plan: list[tuple[str, int, int, int]]
) -> None:
    resource = bikes(2, organisation=w.metropole)
    listing = bike_listing(w, resource, access="direct" if direct else "on_request")
    for verb, number, hour, quantity in plan:
        with suppress(Refused):
            if verb == "ask":
                who = PEOPLE[number]
                wanted = {"quantity": quantity, "waits": True}
                body = getattr(w, BODIES[who])
                book(listing, getattr(w, who), body, (hour, hour + 2), **wanted)
            elif Exchange.objects.filter(listing=listing).exists():
                found = list(Exchange.objects.filter(listing=listing).for_page().order_by("pk"))
                VERBS[verb](found[number % len(found)], w)
        _check(listing)


def _check(listing) -> None:
    live = list(Allocation.objects.live().filter(resource=listing.resource))
    for hour in range(8, 18):
        moment = at(next_monday(), hour)
        units = [one.unit_id for one in live if one.starts_at <= moment < one.ends_at]
        assert len(units) == len(set(units)) <= 2
    for exchange in Exchange.objects.filter(listing=listing):
        states = {one.state for one in live if one.exchange_id == exchange.pk}
        if exchange.state in ("agreed", "confirmed"):
            assert states == {"firm"}
        elif exchange.state in ("waiting", "proposed"):
            assert states <= {"held"}
        else:
            assert not states
        if exchange.state == "waiting" and not states:
            with pytest.raises(NotFree):  # else it should have been offered
                booking.check(exchange.resource, waiting.period_of(exchange))
