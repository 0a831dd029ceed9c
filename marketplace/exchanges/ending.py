"""What ends by itself: with the passing of time, or with the listing that it was asked of."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.booking import rules as booking
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights, telling, transitions
from marketplace.exchanges.coming import places
from marketplace.exchanges.coming import telling as coming
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken

S = ExchangeState
WITHDRAWN = "La coordination a retiré cette annonce."


@transaction.atomic
def close_for_withdrawal(listing: Listing, actor: User) -> int:
    """Decline what was asked of a listing that its moderation took off; returns how many.

    What was agreed before goes on: people have given their word.
    """
    closed = 0
    waiting = Exchange.objects.filter(listing=listing, state__in=rights.ANSWERABLE)
    # Calendars, slots, then exchanges: in the order of whoever asks and answers.
    calendars = waiting.filter(resource__isnull=False).order_by()
    booking.lock(calendars.values_list("resource_id", flat=True))
    slots = waiting.filter(slot__isnull=False).order_by().values_list("slot_id", flat=True)
    for slot_id in sorted(set(slots)):
        places.lock(slot_id)
    for exchange in waiting.for_page().order_by("slot", "pk"):
        try:
            with transaction.atomic():
                transitions.move(
                    exchange,
                    S.DECLINED,
                    actor=actor,
                    acting_for=rights.acting_for(actor, exchange),
                    reason=WITHDRAWN,
                    reason_code="withdrawn",
                    expires_at=None,
                )
        except Overtaken:
            continue
        telling.listing_withdrawn(exchange)
        closed += 1
    return closed


@transaction.atomic
def end_waiting(listing: Listing) -> int:
    """End the wait of those without a place in an archived need; returns how many.

    Nothing is offered from it any more. Who is offered a place today may still take it.
    """
    ended = 0
    waiting = Exchange.objects.filter(listing=listing, state=S.WAITING, slot__isnull=False)
    slots = waiting.order_by().values_list("slot_id", flat=True)
    for slot_id in sorted(set(slots)):
        places.lock(slot_id)
    for exchange in waiting.filter(place__isnull=True).for_page().order_by("slot", "pk"):
        try:
            with transaction.atomic():
                transitions.move(exchange, S.EXPIRED, actor=None, acting_for=None, expires_at=None)
        except Overtaken:
            continue
        coming.no_more_places(exchange)
        ended += 1
    return ended


def expire_due(now: datetime | None = None) -> int:
    """Close what stayed without an answer; returns how many. Idempotent: `tick` runs it."""
    now = now or timezone.now()
    due = (
        Exchange.objects.filter(state__in=rights.ANSWERABLE)
        .filter(expires_at__lte=now)
        .select_related("listing__organisation", "asked_by", "keeper", "asked_for")
    )
    closed = 0
    told: set[int] = set()
    for exchange in due:
        # Dates asked together go unanswered together: one letter for all of them.
        again = exchange.series_id in told
        try:
            with transaction.atomic():
                waited = exchange.state == S.WAITING
                transitions.move(exchange, S.EXPIRED, actor=None, acting_for=None)
                if not again:
                    (telling.waited_in_vain if waited else telling.expired)(exchange)
        except Overtaken:
            continue
        if exchange.series_id and not waited:
            told.add(exchange.series_id)
        closed += 1
    return closed
