"""Kept listings among «mes données»: they are the person's own, and leave with them."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Fixed, Row, register_erasure, register_export
from accounts.personal_data.registry import register_fixed as fixed
from marketplace.catalogue.models import Listing
from marketplace.favourites.models import Favourite


def kept_by(user: Any) -> list[Row]:
    """Return the kept listings, by their titles where the person may still read them."""
    found = Favourite.objects.filter(user=user).select_related("listing").order_by("kept_at")
    readable = set(
        Listing.objects.visible_to(user)
        .filter(pk__in=found.order_by().values("listing"))
        .order_by()
        .values_list("pk", flat=True)
    )
    return [
        {
            "Annonce": row.listing.title if row.listing_id in readable else "n’est plus en ligne",
            "Gardée le": moment(row.kept_at),
        }
        for row in found
    ]


def forget(user: Any) -> None:
    Favourite.objects.filter(user=user).delete()


def register() -> None:
    register_export("Mes annonces gardées", kept_by)
    register_erasure(forget)
    fixed(
        Fixed(
            label="Annonces gardées de côté",
            counted_from="",
            kept="Tant que vous les gardez",
            why="Vous seul les voyez ; elles partent avec votre compte ou avec l’annonce.",
        )
    )
