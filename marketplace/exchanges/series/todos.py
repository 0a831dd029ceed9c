"""What a series leaves for someone to do: one line for all its dates."""

from __future__ import annotations

from accounts.todos.registry import MINE, ToDo
from marketplace.exchanges.models import Exchange


def series_to_answer(exchange: Exchange) -> ToDo:
    """Return what is to do of a series; `exchange` is one of those that wait for an answer."""
    who = exchange.asked_for.short_name
    return ToDo(
        desk=MINE,
        kind="exchange_to_answer",
        icon="message",
        text=f"{who} demande plusieurs dates : {exchange.listing.display_title}",
        strong=who,
        url=exchange.series.get_absolute_url() if exchange.series else exchange.get_absolute_url(),
        action="Répondre",
        since=exchange.state_since,
        due=exchange.expires_at,
    )
