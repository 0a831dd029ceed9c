"""Who may have a file of this room: whoever may see the listing, or read the decision."""

from __future__ import annotations

from typing import Any

from marketplace.catalogue.models import Listing
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.rights import may_read_decision


def photo_guard(path: str, user: Any, request: Any) -> bool:
    """Return whether `user` may have `photos/<listing>/<file>` (or a rendition of it)."""
    parts = path.split("/")
    if len(parts) != 3:
        return False
    return Listing.objects.visible_to(user).filter(ref=parts[1]).exists()


def decision_guard(path: str, user: Any, request: Any) -> bool:
    """Return whether `user` may have `decisions/<exchange>/<file>`, the one now in force."""
    parts = path.split("/")
    if len(parts) != 3:
        return False
    found = Exchange.objects.visible_to(user).filter(ref=parts[1], decision=path).first()
    return found is not None and may_read_decision(user, found)
