"""Fictitious people who say «Je viens» to a need for hands: places taken, one slot full, a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from accounts.models import Organisation, User
from marketplace.choices import ListingState
from marketplace.exchanges.coming import rules
from marketplace.models import Exchange, Listing, Slot
from portal.demonstration.source import addresses, days, reference

NEED = "n-collecte"
# Days from today, from and until which hour, places, and who comes: person, on whose time. The
# need says ten places in all.
SLOTS = (
    (4, 9, 12, 3, (("hugo-wallaert", "own"), ("agnes-ryckelynck", "working"))),
    (4, 14, 18, 2, ()),
    (
        5,
        9,
        12,
        2,
        (("kelly-delattre", "own"), ("jean-marc-dewulf", "own"), ("maryse-vandamme", "own")),
    ),
    (5, 14, 18, 3, (("remi-lefebvre", "own"),)),
)
BODY = "moeres"


def load_hands() -> Iterator[str]:
    """Create what is missing; yields what each slot is for."""
    need = Listing.objects.get(ref=reference("listing", NEED))
    if need.state != ListingState.PUBLISHED:
        return
    emails, body = addresses(), Organisation.objects.get(slug=BODY)
    for rank, (day, first, last, places, people) in enumerate(SLOTS):
        starts = days(day, hour=first)
        slot, created = Slot.objects.get_or_create(
            ref=reference("slot", NEED, str(rank)),
            defaults={
                "listing": need,
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=last - first),
                "places": places,
            },
        )
        yield str(slot)
        if not created:
            continue
        for key, whose_time in people:
            person = User.objects.get(email=emails[key])
            exchange = rules.come(need, person, body, slot=slot.ref, whose_time=whose_time)
            said = days(-1, hour=9 + rank)
            Exchange.objects.filter(pk=exchange.pk).update(created_at=said, state_since=said)
            exchange.events.update(at=said)
