"""Addresses of calendars among «mes données»: they leave with the account."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Fixed, Row, register_erasure, register_export
from accounts.personal_data.registry import register_fixed as fixed
from marketplace.feeds.models import Feed


def made_by(user: Any) -> list[Row]:
    """Return which addresses the person made; not the addresses, which are keys."""
    found = Feed.objects.filter(owner=user).select_related("resource").order_by("pk")
    return [
        {
            "Agenda": str(row.resource) if row.resource else "Mes réservations et mes venues",
            "Adresse créée le": moment(row.created_at),
        }
        for row in found
    ]


def forget(user: Any) -> None:
    Feed.objects.filter(owner=user).delete()


def register() -> None:
    register_export("Mes adresses d’agenda", made_by)
    register_erasure(forget)
    fixed(
        Fixed(
            label="Adresses d’agenda",
            counted_from="",
            kept="Tant que vous les gardez",
            why="Elles servent à votre téléphone ; elles partent avec votre compte.",
        )
    )
