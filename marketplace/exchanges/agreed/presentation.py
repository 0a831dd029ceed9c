"""What the page of an exchange says of the terms agreed on."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.exchanges.agreed import rules
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.transitions import ENDED

CHANGED = "L’annonce a changé depuis. Ce que vous avez convenu ne change pas."


@dataclass(frozen=True)
class Card:
    """The terms, and a word when the listing says something else now."""

    facts: list[tuple[str, str]]
    note: str


def card(exchange: Exchange) -> Card | None:
    """Return the card of the terms, or None before both said yes."""
    agreed = rules.kept(exchange)
    if not agreed:
        return None
    has_changed = exchange.state not in ENDED and agreed != rules.today(exchange)
    return Card(agreed, CHANGED if has_changed else "")
