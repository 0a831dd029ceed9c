"""Keeping a listing aside, and no longer. Nobody else ever reads who keeps what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from marketplace.catalogue.models import Listing
from marketplace.favourites.models import Favourite
from marketplace.refusals import Refused
from marketplace.words import NBSP

MOST = 200


def keep(user: Any, listing: Listing) -> None:
    """Keep it aside; nothing happens when it is already. Raises Refused when the list is full."""
    mine = Favourite.objects.filter(user=user)
    if not mine.filter(listing=listing).exists() and mine.count() >= MOST:
        raise Refused(f"Vous gardez déjà {MOST} annonces de côté{NBSP}: enlevez-en, puis revenez.")
    Favourite.objects.get_or_create(user=user, listing=listing)


def let_go(user: Any, listing: Listing) -> None:
    Favourite.objects.filter(user=user, listing=listing).delete()


def is_kept(user: Any, listing: Listing) -> bool:
    if not user.is_authenticated:
        return False
    return Favourite.objects.filter(user=user, listing=listing).exists()


def kept(user: Any) -> QuerySet[Listing]:
    """Return what `user` keeps and may still find in the catalogue, the last kept first."""
    return (
        Listing.objects.in_catalogue_for(user)
        .filter(favourites__user=user)
        .order_by("-favourites__kept_at", "-pk")
    )


def gone(user: Any) -> int:
    """Return how many of those one keeps are not in the catalogue at the moment."""
    return Favourite.objects.filter(user=user).count() - kept(user).count()
