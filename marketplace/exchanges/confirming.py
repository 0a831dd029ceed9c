"""From the agreement to «it will take place»: by itself, as soon as nothing is missing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from marketplace.choices import ExchangeState
from marketplace.exchanges import policy, rights, telling, transitions
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken


@transaction.atomic
def confirm_when_ready(
    exchange: Exchange, actor: User | None = None, *, quietly: bool = False
) -> bool:
    """Confirm what is agreed when nothing is missing any more; returns whether it was done now.

    Called after an agreement, and whenever a consent or a document arrives. `actor` brought the
    last thing missing; None when it goes by itself. `quietly` when the caller tells people.
    """
    if exchange.state != ExchangeState.AGREED or policy.missing_to_confirm(exchange):
        return False
    try:
        transitions.move(
            exchange,
            ExchangeState.CONFIRMED,
            actor=actor,
            acting_for=rights.acting_for(actor, exchange) if actor else None,
        )
    except Overtaken:
        return False
    if not quietly:
        telling.confirmed(exchange, actor)
    return True


def confirm_due(now: datetime | None = None) -> int:
    """Confirm what lacked something that time has brought; returns how many. `tick` runs it."""
    agreed = Exchange.objects.filter(state=ExchangeState.AGREED).for_page().order_by("pk")
    return sum(confirm_when_ready(exchange) for exchange in agreed)
