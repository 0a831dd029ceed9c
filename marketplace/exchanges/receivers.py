"""What happens to exchanges when a listing or a calendar changes: these do not know them."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from marketplace.booking.models import Resource
from marketplace.catalogue.models import Listing
from marketplace.catalogue.slots import Slot
from marketplace.exchanges import ending
from marketplace.exchanges.bookings import adopt
from marketplace.exchanges.coming import places
from marketplace.exchanges.waiting import offer_next


def end_what_was_asked(
    sender: Any, listing: Listing, actor: User, reason: str, **kwargs: Any
) -> None:
    ending.close_for_withdrawal(listing, actor)


def end_what_waits(sender: Any, *, listing: Listing, **kwargs: Any) -> None:
    """Tell those who wait for a place of hands that none will come."""
    ending.end_waiting(listing)


def give_them_their_place(sender: Any, *, listing: Listing, **kwargs: Any) -> None:
    """Write what was agreed before into the calendar that the listing has just got."""
    adopt(listing)


def offer_places(sender: Any, *, slot: Slot, **kwargs: Any) -> None:
    """Offer the places that were added to a need to those who wait for one."""
    places.offer_next(places.lock(slot.pk))


def offer_what_is_free(sender: Any, *, resource: Resource, **kwargs: Any) -> None:
    """Offer what may be had again to those who wait for it."""
    offer_next(resource)
