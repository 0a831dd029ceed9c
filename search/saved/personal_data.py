"""Kept searches among «mes données»: they are the person's own, and leave with them."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Fixed, Row, register_erasure, register_export
from accounts.personal_data.registry import register_fixed as fixed
from search.saved.models import SavedSearch


def kept_by(user: Any) -> list[Row]:
    """Return the searches that the person keeps."""
    return [
        {
            "Nom": one.name,
            "Recherche": one.words,
            "Alerte": one.get_rhythm_display(),
            "Gardée le": moment(one.created_at),
            "Dernière alerte": moment(one.told_at),
        }
        for one in SavedSearch.objects.visible_to(user).order_by("created_at", "pk")
    ]


def forget(user: Any) -> None:
    SavedSearch.objects.filter(owner=user).delete()


def register() -> None:
    register_export("Mes recherches gardées", kept_by)
    register_erasure(forget)
    fixed(
        Fixed(
            label="Recherches gardées et leurs alertes",
            counted_from="",
            kept="Tant que vous les gardez",
            why="Vous seul les voyez\u00a0; elles partent avec votre compte.",
        )
    )
