"""What mediations leave to do: for the coordination, and for the side that has not spoken yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from accounts.readers import reader_for
from accounts.todos.registry import COORDINATION, ToDo
from marketplace.exchanges.mediation.models import Mediation

LIMIT = 50


def coordination(user: Any) -> Iterator[ToDo]:
    """Yield the mediations that nobody follows, and those that `user` does: one query."""
    if not reader_for(user).has_role("coordinator"):
        return
    waiting = Mediation.objects.visible_to(user).open().filter(Q(mediator=None) | Q(mediator=user))
    for one in waiting.for_page().order_by("asked_at", "pk")[:LIMIT]:
        title = one.exchange.listing.display_title
        mine = one.mediator_id is not None
        yield ToDo(
            desk=COORDINATION,
            kind="exchange_disputed",
            icon="scale",
            text=f"Votre médiation : {title}" if mine else f"Médiation demandée : {title}",
            strong=title,
            url=one.get_absolute_url(),
            action="Suivre" if mine else "Écouter",
            since=one.taken_at or one.asked_at,
            detail=f"{one.exchange.giver.short_name} et {one.exchange.receiver.short_name}",
        )
