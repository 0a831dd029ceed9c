"""Answering a need with an offer that one has, or with one that is written for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace import rights
from marketplace.booking import rules as booking
from marketplace.booking.models import Resource
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.charters.models import CharterVersion
from marketplace.catalogue.charters.rules import to_accept
from marketplace.catalogue.models import Listing
from marketplace.choices import Direction, ExchangeState, Nature, Transfer, WhoseTime
from marketplace.exchanges import bookings
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from marketplace.words import counted

# What answers what: a skill may be just the hands that are needed, and the other way round.
OF_PERSONS = (Nature.SKILL, Nature.MISSION)
NOT_YOURS = "Choisissez une offre en ligne dont vous répondez, et qui convient à ce besoin."
TAKEN_THEN = (
    "Votre calendrier dit que c’est déjà pris à ces dates : proposez-en d’autres, "
    "ou une autre offre."
)


def offers_for(need: Listing, user: User, organisations: Iterable[Organisation]) -> QuerySet[Any]:
    """Return the published offers with which `user` may answer the need, the latest first.

    Those that they answer for, and the things of the organisation that they coordinate, for the
    organisations for which they may answer.
    """
    natures = OF_PERSONS if need.nature in OF_PERSONS else (need.nature,)
    fitting = Listing.objects.published().filter(
        direction=Direction.OFFER,
        transfer=need.transfer,
        nature__in=natures,
        organisation__in=list(organisations),
    )
    own = Q(pk__in=Listing.objects.kept_by(user).order_by().values("pk"))
    if need.transfer == Transfer.TIME:  # a person's time is theirs to propose
        own = Q(keeper=user) | Q(author=user)
    coordinated = reader_for(user).organisations_with_role("coordinator")
    things = ~Q(transfer=Transfer.TIME) & Q(organisation__in=coordinated)
    return fitting.filter(own | things).select_related("organisation", "resource", "skill_terms")


def whose_time_of(offer: Listing) -> str:
    """Return whose time the offer gives; empty when it is a thing or a place."""
    if offer.transfer != Transfer.TIME:
        return ""
    terms = getattr(offer, "skill_terms", None)
    return terms.whose_time if terms else WhoseTime.WORKING


def _taken_then(free: int) -> str:
    if free < 1:
        return TAKEN_THEN
    left = counted(free, "exemplaire", "exemplaires")
    return (
        f"Votre calendrier dit qu’à ces dates, il en reste {left} : proposez-en moins, "
        "d’autres dates, ou une autre offre."
    )


class Answer(Protocol):
    """What of a wish is about an offer: which, when and how many."""

    @property
    def offer(self) -> Listing | None: ...
    @property
    def wanted_from(self) -> datetime | None: ...
    @property
    def wanted_until(self) -> datetime | None: ...
    @property
    def quantity(self) -> int: ...


def calendar_of(
    need: Listing, user: User, organisation: Organisation, wish: Answer
) -> Resource | None:
    """Return the calendar that an answer takes, None when its offer has none.

    Raises Refused when the offer is not theirs to answer with, or is not free then.
    """
    offer = wish.offer
    if offer is None:
        return None
    if need.is_offer or not offers_for(need, user, [organisation]).filter(pk=offer.pk).exists():
        raise Refused(NOT_YOURS)
    if offer.resource_id is None:
        return None
    resource = Resource.objects.for_calendar().get(pk=offer.resource_id)
    try:
        booking.check(resource, bookings.wanted(wish.wanted_from, wish.wanted_until, wish.quantity))
    except booking.NotFree as taken:
        raise Refused(_taken_then(taken.free)) from None
    return resource


def charter_to_accept(exchange: Exchange, user: User) -> CharterVersion | None:
    """Return the charter of the offer that `user` has still to accept to say yes, or None.

    Where a need is answered, who receives has not asked for the offer: they accept when they agree.
    """
    if exchange.offer is None or exchange.state == ExchangeState.INTRODUCTION:
        return None
    return to_accept(exchange.offer, user)


@transaction.atomic
def start_offer(need: Listing, user: User, organisation: Organisation) -> Listing:
    """Return a draft of an offer for the need: same kind, same place; the words are to be written.

    Raises Refused, as for any offer.
    """
    asking = rights.asking(user, need)
    if organisation not in asking.organisations:
        raise Refused(asking.refusal or "Vous ne pouvez pas y répondre pour cet organisme.")
    mine = Listing.objects.filter(meant_for=need, author=user, organisation=organisation)
    if begun := mine.filter(state="draft").order_by("-pk").first():
        return begun
    draft = listing_rules.create_draft(
        user,
        organisation,
        direction=Direction.OFFER,
        nature=need.nature if need.transfer != Transfer.TIME else Nature.SKILL,
        transfer=need.transfer,
    )
    Listing.objects.filter(pk=draft.pk).update(meant_for=need, category=need.category_id)
    draft.refresh_from_db()
    return draft
