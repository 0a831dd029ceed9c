"""How long before it stops an exchange under way is announced to stop; data, by transfer.

A use, not a law: the other side needs the time to find somebody or something else. Whoever gives
their own presence is bound by none: nobody is kept where they no longer want to be.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.days import last_day
from marketplace.choices import Transfer
from marketplace.exchanges.models import Exchange, Participant

NOTICE: dict[str, timedelta] = {
    Transfer.TIME: timedelta(days=15),
    Transfer.LOAN: timedelta(days=7),
    Transfer.HOSTING: timedelta(days=15),
    Transfer.GIFT: timedelta(0),
}


def gives_time(user: Any, exchange: Exchange) -> bool:
    """Return whether `user` is one of those who come and help in this exchange."""
    if exchange.transfer != Transfer.TIME:
        return False
    given = exchange.participants.exclude(state=Participant.State.LEFT)
    return given.filter(user=getattr(user, "pk", None)).exists()


def notice_of(exchange: Exchange, actor: Any) -> timedelta:
    """Return the notice that `actor` owes."""
    return timedelta(0) if gives_time(actor, exchange) else NOTICE[exchange.transfer]


def earliest(exchange: Exchange, actor: Any) -> date:
    """Return the first day that `actor` may name as the last one, safety apart."""
    today = timezone.localdate()
    first = today + notice_of(exchange, actor)
    end = last_day(exchange.wanted_until)
    return first if end is None else max(today, min(first, end))
