"""What the page of an exchange shows of its end: the facts, then a word from each side."""

from __future__ import annotations

from typing import Any

from marketplace.choices import ExchangeState
from marketplace.exchanges import contacts
from marketplace.exchanges.closing.rules import readable_by, why_not_review
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.presentation import fact_lines, stand_words
from marketplace.exchanges.recording.rights import side_for, why_not_confirm, why_not_say
from marketplace.exchanges.recording.rules import current

S = ExchangeState
SHOWN = (S.UNDER_WAY, S.DISPUTED, S.COMPLETED, S.CLOSED, S.INTERRUPTED)
LEAD = "Quand c’est fini, un côté l’écrit, l’autre le confirme."
LEAD_STOPPED = "Ce qui a été fait jusque-là compte. Un côté l’écrit, l’autre le confirme."


def cards(exchange: Exchange, user: Any) -> dict[str, Any]:
    """Return what `marketplace/ending.html` shows to `user`; empty before anything began."""
    if exchange.state not in SHOWN:
        return {}
    record = current(exchange)
    side = side_for(user, exchange)
    return {
        "record": record,
        "lines": fact_lines(record, exchange) if record else [],
        "stands": stand_words(record, exchange, user) if record else "",
        "lead": LEAD_STOPPED if exchange.state == S.INTERRUPTED else LEAD,
        "may_say": not why_not_say(user, exchange, record),
        "may_confirm": not why_not_confirm(user, exchange, record),
        "may_review": not why_not_review(user, exchange),
        "answered": bool(side) and exchange.reviews.filter(side=side).exists(),
        "reviews": _reviews(exchange, user),
    }


def _reviews(exchange: Exchange, user: Any) -> list[dict[str, Any]]:
    found = []
    for one in readable_by(user, exchange):
        contact = contacts.shown(one.by, one.for_organisation, exchange, user)
        who = f"{contact.title}, {contact.detail}" if contact.is_name else contact.title
        found.append({"who": who, "answers": one.answers})
    return found
