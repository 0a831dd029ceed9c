"""The places of a slot: taking one, freeing it, and who is next in line.

One lock, the row of the slot, taken before the rows of exchanges. Behind it, the database wants a
place to be somebody's once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from marketplace.catalogue.slots import Slot
from marketplace.choices import ExchangeState, ListingState
from marketplace.exchanges.coming import telling
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused

# How long a place that falls free is kept for the next in line.
TIME_TO_TAKE = timedelta(days=2)
FULL = "Toutes les places sont prises : ajoutez-en une au besoin pour accueillir quelqu’un de plus."


def lock(slot_id: int) -> Slot:
    """Return the slot, locked until the transaction ends; what time has freed is the next one's."""
    slots = Slot.objects.select_for_update(of=("self",)).select_related("listing")
    slot = slots.get(pk=slot_id)
    if _release_lapsed(slot):
        # Before anybody who comes along now: the line comes first.
        offer_next(slot)
    return slot


def free_place(slot: Slot) -> int | None:
    """Return the lowest place that nobody has, or None when all are taken. Under the lock."""
    taken = set(
        Exchange.objects.filter(slot=slot, place__isnull=False).values_list("place", flat=True)
    )
    if len(taken) >= slot.places:  # there were more: whoever has one keeps it
        return None
    return next((place for place in range(1, slot.places + 1) if place not in taken), None)


def taken(slots: Iterable[Slot]) -> dict[int, int]:
    """Return how many places are taken, by slot; what was kept and has lapsed is free."""
    saved = [slot.pk for slot in slots if slot.pk]
    if not saved:
        return {}
    lapsed = Q(state=ExchangeState.WAITING, place_held_until__lte=timezone.now())
    held = Exchange.objects.filter(slot__in=saved, place__isnull=False).exclude(lapsed).order_by()
    return dict(held.values_list("slot").annotate(Count("pk")))


def following(exchange: Exchange, slot: Slot, to: str, *, stops: bool) -> dict[str, Any]:
    """Return what a transition changes of the place: who stops frees it, who is agreed has one.

    Under the lock. Raises Refused when somebody more is agreed than there are places.
    """
    if stops:
        return {"place": None, "place_held_until": None}
    if exchange.state != ExchangeState.WAITING:
        return {}
    place = Exchange.objects.values_list("place", flat=True).get(pk=exchange.pk)
    place = place or free_place(slot)
    if place is None:
        raise Refused(FULL)
    return {"place": place, "place_held_until": None}


def offer_next(slot: Slot, now: datetime | None = None) -> list[Exchange]:
    """Keep what is free for those who wait, in the order in which they asked; returns them.

    Each has `TIME_TO_TAKE` to say yes, never beyond the moment when it begins. Under the lock.
    """
    now = now or timezone.now()
    start = slot.starts_at or slot.listing.available_until
    if start is not None and start <= now:
        return []
    if slot.listing.state not in (ListingState.PUBLISHED, ListingState.PAUSED):
        return []
    offered = []
    in_line = (
        Exchange.objects.filter(slot=slot, state=ExchangeState.WAITING, place__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .for_page()
        .order_by("created_at", "pk")
    )
    for exchange in in_line:
        place = free_place(slot)
        if place is None:
            break
        until = min(now + TIME_TO_TAKE, start) if start else now + TIME_TO_TAKE
        held = {"place": place, "place_held_until": until, "expires_at": until}
        Exchange.objects.filter(pk=exchange.pk).update(**held)
        for name, value in held.items():
            setattr(exchange, name, value)
        telling.place_free(exchange, until)
        offered.append(exchange)
    return offered


def _release_lapsed(slot: Slot) -> int:
    """Free what was kept for somebody who did not answer; `tick` closes their request."""
    return Exchange.objects.filter(
        slot=slot, state=ExchangeState.WAITING, place_held_until__lte=timezone.now()
    ).update(place=None, place_held_until=None)
