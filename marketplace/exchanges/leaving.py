"""What becomes of a person's listings and exchanges when they leave their organisation.

Nobody's time is promised by somebody else: what they offered of it closes. Things stay with the
organisation, in the hands of a colleague. What was agreed is left to people, who are told.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.models import Membership, Organisation, User
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState, ListingState, Transfer
from marketplace.exchanges import rights, telling, transitions
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.rules import coordinator_for
from marketplace.refusals import Overtaken

LEFT = "La personne a quitté son organisme."
ONLINE = (ListingState.PUBLISHED, ListingState.PAUSED, ListingState.SUBMITTED)


@transaction.atomic
def person_left(person: User, organisation: Organisation, actor: User | None) -> None:
    """Settle what `person` offered and had under way for `organisation`, where they are no more.

    An association's volunteers share its listings and dossiers: there, nothing changes hands.
    """
    if organisation.is_association:
        return
    _settle_listings(person, organisation, actor)
    open_ones = Exchange.objects.open().for_page()
    for exchange in open_ones.filter(asked_by=person, asked_for=organisation):
        _settle(exchange, organisation, actor)
    for exchange in open_ones.filter(keeper=person, listing__organisation=organisation):
        if exchange.transfer == Transfer.TIME and exchange.listing.is_offer:
            _settle(exchange, organisation, actor)
        else:
            _hand_over(exchange)
    sides = Q(giver=organisation) | Q(receiver=organisation)
    for exchange in open_ones.filter(sides, coordinator=person):
        exchange.coordinator = coordinator_for(exchange.giver, exchange.receiver)
        exchange.save(update_fields=["coordinator"])
        if exchange.coordinator:
            telling.coordinator_changed(exchange, exchange.coordinator)


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
            listing_rules.hand_over(listing, colleague)
            telling.listing_handed_over(listing, colleague)


def colleague_for(listing: Listing) -> User | None:
    """Return who takes the listing: its deputy if they are still there, else the coordination."""
    deputy = listing.deputy
    still_there = Membership.objects.live().filter(
        user=deputy, organisation=listing.organisation, user__is_active=True
    )
    if deputy is not None and still_there.exists():
        return deputy
    return coordinator_for(listing.organisation, listing.organisation)


def _settle(exchange: Exchange, organisation: Organisation, actor: User | None) -> None:
    """End what nobody agreed to yet; let the coordination find a way for what was agreed."""
    if exchange.state not in rights.ANSWERABLE:
        telling.someone_left(exchange, organisation)
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
    telling.closed_by_leaving(exchange)


def _hand_over(exchange: Exchange) -> None:
    colleague = colleague_for(exchange.listing)
    if colleague is not None:
        exchange.keeper = colleague
        exchange.save(update_fields=["keeper"])
        telling.keeper_changed(exchange)
