"""What was booked in a calendar and nobody came for: said by who lends it, else by time.

Nothing is left to cancel once its dates are over, and nothing else would end it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation
from marketplace.choices import Access, Direction, ExchangeState, Transfer
from marketplace.exchanges import rights as exchange_rights
from marketplace.exchanges import transitions
from marketplace.exchanges.handover import rights, telling
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from marketplace.words import NBSP

S = ExchangeState
NOT_TAKEN = ("not_taken", "Personne n’est venu le prendre")
NOBODY_NOTED = "Personne n’a noté de départ, et les dates sont passées."
# A departure may be noted afterwards.
CLOSES_AFTER = timedelta(days=7)


def why_not_say(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not say that nobody came for it, or an empty text."""
    booked = exchange.transfer == Transfer.LOAN and exchange.resource_id is not None
    if not booked or exchange.state != S.CONFIRMED:
        return f"Ce n’est plus une réservation qui attend son départ{NBSP}: voici où elle en est."
    if exchange.wanted_until is None or exchange.wanted_until > timezone.now():
        return "Attendez la fin des dates réservées, ou annulez la réservation."
    return "" if rights.role_of(user, exchange) == rights.LENDER else rights.NOT_YOURS


@transaction.atomic
def say(exchange: Exchange, actor: User) -> Exchange:
    """End it: it did not take place, and its dates count for nobody. Raises Refused, Overtaken."""
    held = transitions.hold(exchange)
    if refusal := why_not_say(actor, held):
        raise Refused(refusal)
    _end(held, actor, exchange_rights.acting_for(actor, held), f"{NOT_TAKEN[1]}.")
    # What was used stays written in a calendar; this was not.
    booking.release(list(Allocation.objects.filter(exchange=held)))
    telling.never_taken(held, actor)
    return held


def close_due(now: datetime | None = None) -> int:
    """End the direct bookings whose departure nobody noted, a week after; returns how many.

    Nobody is told: as for one that took place, there was nothing to answer. Its dates stay in the
    calendar: it may have been used by somebody who noted nothing. `tick` runs it; idempotent.
    """
    now = now or timezone.now()
    due = Exchange.objects.filter(
        state=S.CONFIRMED,
        transfer=Transfer.LOAN,
        resource__isnull=False,
        listing__access=Access.DIRECT,
        listing__direction=Direction.OFFER,
        wanted_until__lte=now - CLOSES_AFTER,
    )
    closed = 0
    for exchange in due.order_by("pk"):
        try:
            with transaction.atomic():
                _end(exchange, None, None, NOBODY_NOTED)
        except Overtaken:
            continue
        closed += 1
    return closed


def _end(
    exchange: Exchange, actor: User | None, acting_for: Organisation | None, reason: str
) -> None:
    transitions.move(
        exchange,
        S.CANCELLED,
        actor=actor,
        acting_for=acting_for,
        reason=reason,
        reason_code=NOT_TAKEN[0],
        expires_at=None,
    )
