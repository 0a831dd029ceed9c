"""What people of the directory propose, and the skills confirmed of them, for colleagues."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.directory.links import Links, Skills, register, register_skills
from accounts.models import Membership
from marketplace.choices import Direction
from marketplace.models import Listing
from marketplace.recognition.presentation import skills_shown_of

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


@register_skills
def confirmed(memberships: Collection[Membership]) -> Skills:
    """Return what those whom they helped confirmed of these agents, where they want it shown."""
    return skills_shown_of(memberships)
