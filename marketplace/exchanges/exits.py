"""The ways out of an exchange that its page offers to whoever reads it."""

from __future__ import annotations

from typing import Any

from marketplace.exchanges.interrupting import rights as stopping
from marketplace.exchanges.interrupting.participants import why_not_leave
from marketplace.exchanges.mediation.rights import why_not_ask
from marketplace.exchanges.models import Exchange


def ways_out(exchange: Exchange, user: Any) -> dict[str, Any]:
    """Return what `marketplace/exits.html` draws."""
    return {
        "can_stop": stopping.can_stop(user, exchange),
        "can_ask_mediation": not why_not_ask(user, exchange),
        "can_leave": not why_not_leave(user, exchange),
    }
