"""The thanks that wait to be read by a coordinator: one query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.readers import reader_for
from accounts.todos.registry import COORDINATION, ToDo
from marketplace.recognition.models import ThankYou
from marketplace.words import NBSP

LIMIT = 50


def coordination(user: Any) -> Iterator[ToDo]:
    if not reader_for(user).has_role("coordinator"):
        return
    waiting = ThankYou.objects.moderated_by(user).to_moderate().exclude(to=user)
    rows = waiting.select_related("exchange__listing", "to_organisation")
    for made in rows.order_by("state_since", "pk")[:LIMIT]:
        title = made.exchange.listing.display_title
        words = "Un merci est signalé" if made.reported_at else "Un merci à relire"
        yield ToDo(
            desk=COORDINATION,
            kind="thanks_to_moderate",
            icon="heart-handshake",
            text=f"{words}{NBSP}: {title}",
            strong=title,
            url=f"/coordination/mercis/{made.ref}/",
            action="Relire",
            since=made.reported_at or made.state_since,
            detail=made.to_organisation.short_name,
        )
