"""A place for who answered by a message, once the answer is yes: places never exceed."""

from __future__ import annotations

from typing import Any

from marketplace.booking import rules as booking
from marketplace.catalogue.slots import Slot, is_of_hands, slots_of, whole_places
from marketplace.exchanges.coming import places
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.refusals import Refused
from marketplace.words import counted

GONE = "Ce créneau n’est plus là, ou il est passé : choisissez-en un autre."


def seats_to_choose(exchange: Exchange) -> list[dict[str, Any]]:
    """Return the moments among which whoever says yes chooses, as a page shows them.

    Those with a place left, the first of the dates wished chosen already; empty when there is no
    choice to make. Three queries, whatever the number of moments.
    """
    if not _wants_a_seat(exchange):
        return []
    timed = [slot for slot in slots_of(exchange.listing) if not (slot.is_whole or slot.is_over())]
    if len(timed) < 2:
        return []
    left, coming = _places_left(timed), _coming_already(exchange, timed)
    free = [slot for slot in timed if left[slot.pk] and slot.pk not in coming]
    if not free:
        return []
    chosen = _wished(exchange, free)[0]
    return [
        {
            "ref": slot.ref,
            "words": slot.words.capitalize(),
            "left": counted(left[slot.pk], "place libre", "places libres"),
            "chosen": slot == chosen,
        }
        for slot in free
    ]


def seat_for(exchange: Exchange, chosen: str = "") -> dict[str, Any]:
    """Return the slot and the place that an agreement takes, and its hours; empty without any.

    The moment `chosen` by its reference; else the first with a place left, among those of the dates
    wished, where there are some. Under the lock of the listing, which puts two agreements one after
    the other. Raises Refused when all places are taken, or none is left at the moment chosen.
    """
    if not _wants_a_seat(exchange):
        return {}
    if exchange.resource_id:
        booking.lock([exchange.resource_id])
    for slot in _moments(exchange, chosen):
        held = places.lock(slot.pk)
        place = places.free_place(held)
        if place is None or _coming_already(exchange, [held]):
            continue
        seat: dict[str, Any] = {"slot": held, "place": place}
        if not held.is_whole:
            seat |= {"wanted_from": held.starts_at, "wanted_until": held.ends_at}
        return seat
    raise Refused(places.FULL)


def _wants_a_seat(exchange: Exchange) -> bool:
    return exchange.slot_id is None and is_of_hands(exchange.listing)


def _places_left(slots: list[Slot]) -> dict[int, int]:
    """Return how many places each slot has left, by its id."""
    taken = places.taken(slots)
    return {slot.pk: max(0, slot.places - taken.get(slot.pk, 0)) for slot in slots}


def _moments(exchange: Exchange, chosen: str) -> list[Slot]:
    found = [_saved(slot) for slot in slots_of(exchange.listing) if not slot.is_over()]
    if not chosen:
        return _wished(exchange, found)
    if not (one := [slot for slot in found if slot.ref == chosen]):
        raise Refused(GONE)
    return one


def _wished(exchange: Exchange, found: list[Slot]) -> list[Slot]:
    """Return the moments that fall within the dates wished; all of them when none does."""
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


def _coming_already(exchange: Exchange, slots: list[Slot]) -> set[int | None]:
    """Return the ids of those of the slots at which the person has said already that they come."""
    same = Exchange.objects.filter(
        slot__in=slots, asked_by=exchange.asked_by_id, state__in=OPEN_STATES
    )
    return set(same.order_by().values_list("slot", flat=True))
