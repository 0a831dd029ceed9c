"""What an exchange that stops leaves free, and who is next in line for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation, Resource
from marketplace.booking.rules import Period
from marketplace.choices import ExchangeState, ListingState
from marketplace.exchanges import telling
from marketplace.exchanges.handover.queries import is_out
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused

# How long what falls free is kept for the next in line.
TIME_TO_TAKE = timedelta(days=2)


def period_of(exchange: Exchange) -> Period:
    """Return when the exchange wants its resource; raises ValueError when it has none."""
    if not (exchange.wanted_from and exchange.wanted_until):
        raise ValueError("an exchange about a resource has dates")
    return Period(exchange.wanted_from, exchange.wanted_until, exchange.quantity)


def let_go(exchange: Exchange, now: datetime | None = None) -> None:
    """Free what the exchange had and offer it to the next; what it has already used stays written.

    What is still out is nobody's to have: its return frees it. Inside the transaction that stops
    the exchange.
    """
    now = now or timezone.now()
    if is_out(exchange):
        return
    # What was held and has lapsed too: the next in line has not heard of it.
    rows = list(
        Allocation.objects.exclude(state=Allocation.State.RELEASED)
        .filter(exchange=exchange)
        .select_related("resource")
    )
    for row in rows:
        if row.starts_at < now and row.state == Allocation.State.FIRM:
            booking.back_early(row, now)
        else:
            booking.release([row], now)
    # Even when nothing was left of it: another may have been offered it, and not the one after.
    if exchange.resource is not None:
        offer_next(exchange.resource, now)


def offer_next(resource: Resource, now: datetime | None = None) -> list[Exchange]:
    """Keep what is free for those who wait, in the order in which they asked; returns them.

    Each has `TIME_TO_TAKE` to say yes, and never beyond the moment when it would begin.
    """
    now = now or timezone.now()
    booking.lock([resource.pk])
    in_line = (
        Exchange.objects.filter(resource=resource, state=ExchangeState.WAITING, wanted_from__gt=now)
        # Whose time to answer is over is not asked again: `tick` closes their request.
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        # What is no longer lent is offered to nobody.
        .filter(listing__state__in=[ListingState.PUBLISHED, ListingState.PAUSED])
        .exclude(allocations__in=Allocation.objects.live(now))
        .for_page()
        .order_by("created_at", "pk")
    )
    offered = []
    for exchange in in_line:
        wanted = period_of(exchange)
        until = min(now + TIME_TO_TAKE, wanted.starts)
        try:
            with transaction.atomic():
                booking.book(
                    resource,
                    wanted,
                    None,
                    hold_until=until,
                    exchange_id=exchange.pk,
                    now=now,
                    asked_at=exchange.created_at,
                )
        except Refused:
            continue
        Exchange.objects.filter(pk=exchange.pk).update(expires_at=until)
        exchange.expires_at = until
        telling.offered(exchange, until)
        offered.append(exchange)
    return offered


def pass_on_lapsed(resource: Resource) -> None:
    """Offer to the next in line what was kept for somebody who did not answer, if anything was.

    Called before anybody who comes along books: the line comes first, whether `tick` has passed or
    not.
    """
    if Allocation.objects.filter(resource=resource).lapsed(timezone.now()).exists():
        offer_next(resource)


def offer_of(exchange: Exchange, now: datetime | None = None) -> list[Allocation]:
    """Return what is kept for the exchange until it is taken, if anything is."""
    live = Allocation.objects.live(now).filter(exchange=exchange, state=Allocation.State.HELD)
    return list(live.order_by("pk"))
