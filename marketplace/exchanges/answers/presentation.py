"""What both sides read of the offer with which a need was answered."""

from __future__ import annotations

from typing import Any

from marketplace.catalogue.models import Listing
from marketplace.exchanges.models import Exchange


def offer_line(exchange: Exchange, viewer: Any) -> dict[str, str] | None:
    """Return the title of the offer and its address, which is empty for who may not see it."""
    if exchange.offer_id is None or exchange.offer is None:
        return None
    seen = Listing.objects.visible_to(viewer).filter(pk=exchange.offer_id).exists()
    offer = exchange.offer
    return {"title": offer.display_title, "url": offer.get_absolute_url() if seen else ""}
