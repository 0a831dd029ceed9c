"""A place for who answered by a message, once the answer is yes: places never exceed."""

from __future__ import annotations

from typing import Any

from marketplace.booking import rules as booking
from marketplace.catalogue.slots import Slot, is_of_hands, slots_of, whole_places
from marketplace.exchanges.coming import places
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.refusals import Refused


def seat_for(exchange: Exchange) -> dict[str, Any]:
    """Return the slot and the place that an agreement takes, and its hours; empty without any.

    The first moment with a place left, among those of the dates wished, where there are some. Under
    the lock of the listing, which puts two agreements one after the other. Raises Refused when all
    places are taken.
    """
    if exchange.slot_id is not None or not is_of_hands(exchange.listing):
        return {}
    if exchange.resource_id:
        booking.lock([exchange.resource_id])
    for slot in _moments(exchange):
        held = places.lock(slot.pk)
        place = places.free_place(held)
        if place is None or _comes_already(exchange, held):
            continue
        seat: dict[str, Any] = {"slot": held, "place": place}
        if not held.is_whole:
            seat |= {"wanted_from": held.starts_at, "wanted_until": held.ends_at}
        return seat
    raise Refused(places.FULL)


def _moments(exchange: Exchange) -> list[Slot]:
    need = exchange.listing
    found = [_saved(slot) for slot in slots_of(need) if not slot.is_over()]
    starts, ends = exchange.wanted_from, exchange.wanted_until
    then = [
        slot
        for slot in found
        if slot.starts_at
        and slot.ends_at
        and (ends is None or slot.starts_at < ends)
        and (starts is None or slot.ends_at > starts)
    ]
    return then or found


def _saved(slot: Slot) -> Slot:
    """Return the slot, made when it is that of the whole need and nobody wanted it before."""
    if slot.pk is not None:
        return slot
    made, _ = Slot.objects.get_or_create(
        listing=slot.listing,
        starts_at=None,
        ends_at=None,
        defaults={"places": whole_places(slot.listing)},
    )
    return made


def _comes_already(exchange: Exchange, slot: Slot) -> bool:
    same = Exchange.objects.filter(slot=slot, asked_by=exchange.asked_by_id, state__in=OPEN_STATES)
    return same.exists()
