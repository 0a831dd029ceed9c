"""What becomes of a person's listings and exchanges when they leave their organisation.

Nobody's time is promised by somebody else: what they offered of it closes. Things stay with the
organisation, in the hands of a colleague. What was agreed is left to people, who are told.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from accounts.models import Organisation, User, Verification
from marketplace.booking import rules as booking
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState, ListingState, Transfer
from marketplace.exchanges import rights, succession_telling, transitions
from marketplace.exchanges.answering import colleague_for, coordinator_for
from marketplace.exchanges.consents import due as consents
from marketplace.exchanges.handover.queries import stopped_while_out_q
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.own_time import own_time_q
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.refusals import Overtaken
from marketplace.signals import exchanges_changed

LEFT = "La personne a quitté son organisme."
ONLINE = (ListingState.PUBLISHED, ListingState.PAUSED, ListingState.SUBMITTED)


@transaction.atomic
def person_left(person: User, organisation: Organisation, actor: User | None) -> None:
    """Settle what `person` offered and had under way for `organisation`, where they are no more.

    An association's volunteers share its listings and dossiers: there, nothing changes hands.
    """
    if organisation.is_association:
        return
    consents.person_left(person, organisation, actor)
    _settle_listings(person, organisation, actor)
    sides = Q(giver=organisation) | Q(receiver=organisation)
    open_ones = Exchange.objects.filter(Q(state__in=OPEN_STATES) | stopped_while_out_q())
    calendars = open_ones.filter(sides, resource__isnull=False)
    mine = calendars.filter(Q(asked_by=person) | Q(keeper=person)).order_by()
    booking.lock(mine.values_list("resource_id", flat=True))
    open_ones = open_ones.for_page()
    for exchange in open_ones.filter(asked_by=person, asked_for=organisation):
        _settle(exchange, organisation, actor)
    for exchange in open_ones.filter(keeper=person, listing__organisation=organisation):
        if exchange.transfer == Transfer.TIME and exchange.listing.is_offer:
            _settle(exchange, organisation, actor)
        else:
            # Nobody answers themselves.
            colleague = colleague_for(exchange.listing, but=[exchange.asked_by_id])
            if colleague is not None:
                hand_exchange_over(exchange, "keeper", colleague)
    for exchange in open_ones.filter(sides | _verified_by(organisation), coordinator=person):
        replace_coordinator(exchange)


def _verified_by(organisation: Organisation) -> Q:
    """The own time of agents of others, followed for an association that it verified."""
    verified = Verification.objects.live().filter(by=organisation).order_by()
    return own_time_q() & Q(receiver__in=verified.values("association"))


def replace_coordinator(exchange: Exchange, *, but: Iterable[int] = ()) -> None:
    """Name somebody else to follow the exchange, if there is anybody, and tell them."""
    found = coordinator_for(
        exchange.giver,
        exchange.receiver,
        department=exchange.listing.department,
        but=but,
        whose_time=exchange.whose_time,
    )
    exchange.coordinator = found
    exchange.save(update_fields=["coordinator"])
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    if found is not None:
        succession_telling.coordinator_changed(exchange, found)


def _settle_listings(person: User, organisation: Organisation, actor: User | None) -> None:
    kept = Listing.objects.filter(
        Q(keeper=person) | Q(keeper__isnull=True, author=person),
        organisation=organisation,
        state__in=ONLINE,
    ).select_related("organisation", "deputy")
    for listing in kept:
        if listing.is_offer and listing.transfer == Transfer.TIME:
            listing_rules.close_without_its_person(listing, actor, LEFT)
        elif colleague := colleague_for(listing):
            hand_listing_over(listing, colleague)


def hand_listing_over(listing: Listing, colleague: User) -> None:
    listing_rules.hand_over(listing, colleague)
    succession_telling.listing_handed_over(listing, colleague)


def hand_exchange_over(exchange: Exchange, side: str, successor: User) -> None:
    """Put somebody else on one side of the exchange (`keeper` or `asked_by`); both sides hear."""
    setattr(exchange, side, successor)
    exchange.save(update_fields=[side])
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    succession_telling.changed_hands(exchange, successor)


def _settle(exchange: Exchange, organisation: Organisation, actor: User | None) -> None:
    """End what nobody agreed to yet; let the coordination find a way for what was agreed."""
    if exchange.state not in rights.ANSWERABLE and not _is_a_booking(exchange):
        succession_telling.someone_left(exchange, organisation)
        return
    try:
        with transaction.atomic():
            transitions.move(
                exchange,
                ExchangeState.CANCELLED,
                actor=actor,
                acting_for=organisation,
                reason=LEFT,
                reason_code="left",
                expires_at=None,
            )
    except Overtaken:
        return
    succession_telling.closed_by_leaving(exchange)


def _is_a_booking(exchange: Exchange) -> bool:
    """Whether it holds a place in a calendar that nobody comes for any more."""
    return exchange.resource_id is not None and exchange.state in rights.AGREED
