"""What a person asks or proposes: how it may be wished, where it begins and when it stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Organisation
from marketplace.catalogue.models import Listing
from marketplace.choices import Access, ExchangeState, Transfer, WhoseTime
from marketplace.exchanges import bookings
from marketplace.refusals import Refused
from marketplace.words import NBSP

S = ExchangeState
# A request without an answer stops by itself, and nobody is blamed.
ANSWER_WITHIN = timedelta(days=21)


@dataclass(frozen=True)
class Wish:
    """What a person asks or proposes. Half-open period; `whose_time` only when they give time.

    `waits`: if somebody else has it then, be told when it falls free; `offer`: theirs, for a need.
    """

    message: str
    wanted_from: datetime | None = None
    wanted_until: datetime | None = None
    quantity: int = 1
    whose_time: str = ""
    waits: bool = False
    # The number of the charter's version that was ticked.
    charter: int = 0
    offer: Listing | None = None


def first_state(listing: Listing, wish: Wish) -> str:
    """Return where the exchange begins. Raises Refused with what its calendar has against it."""
    if listing.has_calendar:
        wanted = bookings.wanted(wish.wanted_from, wish.wanted_until, wish.quantity)
        return bookings.first_state(listing, wanted, waits=wish.waits)
    return S.INTRODUCTION if listing.access == Access.MEET_FIRST else S.PROPOSED


def first_deadline(state: str, wish: Wish) -> datetime | None:
    """Return when it stops by itself: never once booked; in line, when it would begin."""
    if state == S.CONFIRMED:
        return None
    if state == S.WAITING:
        return wish.wanted_from
    three_weeks = timezone.now() + ANSWER_WITHIN
    return min(three_weeks, wish.wanted_until) if wish.wanted_until else three_weeks


def whose_time(listing: Listing, giver: Organisation, wish: Wish) -> str:
    """Return on whose time; empty when no time is given. Raises Refused when it is not said."""
    if listing.transfer != Transfer.TIME:
        return ""
    if giver.is_association:
        return WhoseTime.OWN
    if listing.is_offer:
        terms = getattr(listing, "skill_terms", None)
        return terms.whose_time if terms else WhoseTime.WORKING
    if wish.whose_time not in WhoseTime.values:
        raise Refused("Dites sur quel temps : votre temps de travail ou votre temps personnel.")
    return wish.whose_time


def check(listing: Listing, wish: Wish) -> None:
    """Raise Refused with what is to be mended in the wish."""
    if not wish.message.strip() and not listing.is_booked_directly:
        raise Refused("Écrivez quelques mots : c’est à une personne que vous vous adressez.")
    if wish.wanted_until and wish.wanted_until <= timezone.now():
        raise Refused("Ces dates sont passées : choisissez-en à venir.")
    if wish.wanted_from and wish.wanted_until and wish.wanted_until <= wish.wanted_from:
        raise Refused("La fin doit venir après le début.")
    if wish.quantity < 1:
        raise Refused("Demandez au moins un exemplaire.")
    # A calendar counts for itself, day by day.
    offer = wish.offer
    if offer is not None and not offer.has_calendar and wish.quantity > offer.quantity:
        raise Refused(
            f"Votre offre en compte {offer.quantity}{NBSP}: proposez-en {offer.quantity} ou moins."
            if offer.quantity > 1
            else f"Votre offre n’en compte qu’un{NBSP}: proposez-en un seul."
        )
    if wish.quantity > listing.quantity and not listing.has_calendar:
        raise Refused(
            f"Il y en a {listing.quantity} au plus : demandez-en {listing.quantity} ou moins."
            if listing.quantity > 1
            else "Il n’y en a qu’un : demandez-en un seul."
        )
