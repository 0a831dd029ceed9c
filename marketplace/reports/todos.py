"""What was reported and waits for a coordinator: one query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.readers import reader_for
from accounts.todos.registry import COORDINATION, ToDo
from marketplace.reports.models import Report

LIMIT = 50


def coordination(user: Any) -> Iterator[ToDo]:
    if not reader_for(user).has_role("coordinator"):
        return
    waiting = Report.objects.visible_to(user).open().select_related("listing__organisation")
    for made in waiting.order_by("at")[:LIMIT]:
        title = made.listing.display_title
        yield ToDo(
            desk=COORDINATION,
            kind="listing_reported",
            icon="flag",
            text=f"Un problème est signalé : {title}",
            strong=title,
            url=f"/coordination/signalements/{made.ref}/",
            action="Régler",
            since=made.at,
            detail=made.listing.organisation.short_name,
        )
