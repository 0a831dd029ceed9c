"""The ways out of an exchange that its page offers to whoever reads it."""

from __future__ import annotations

from typing import Any

from marketplace.choices import ExchangeState
from marketplace.exchanges.interrupting import rights as stopping
from marketplace.exchanges.interrupting.participants import why_not_leave
from marketplace.exchanges.interrupting.rules import announced_end
from marketplace.exchanges.mediation.rights import why_not_ask
from marketplace.exchanges.models import Exchange


def ways_out(exchange: Exchange, user: Any) -> dict[str, Any]:
    """Return what `marketplace/exits.html` draws."""
    going_on = exchange.state == ExchangeState.UNDER_WAY
    announced = announced_end(exchange) if going_on else None
    return {
        "can_take_back": not stopping.why_not_take_back(user, exchange, announced),
        # Once it is announced, only danger ends it sooner.
        "can_stop": stopping.can_stop(user, exchange),
        "is_announced": announced is not None,
        "can_ask_mediation": not why_not_ask(user, exchange),
        "can_leave": not why_not_leave(user, exchange),
    }
