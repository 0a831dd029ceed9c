"""What people of the directory propose: their offers, for colleagues who may read them."""

from __future__ import annotations

from typing import Any

from accounts.directory.links import Links, register
from accounts.models import Membership
from marketplace.choices import Direction
from marketplace.models import Listing

SHOWN = 6


@register
def offers_of(reader: Any, membership: Membership) -> Links:
    """Return the latest offers that the person made for the body, among what the reader may see."""
    found = Listing.objects.in_catalogue_for(reader).filter(
        author=membership.user_id,
        organisation=membership.organisation_id,
        direction=Direction.OFFER,
    )
    return [
        (listing.title, listing.get_absolute_url())
        for listing in found.order_by("-published_at", "-pk")[:SHOWN]
    ]
