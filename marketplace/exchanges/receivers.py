"""What happens to exchanges when their listing changes: the catalogue does not know them."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules


def end_what_was_asked(
    sender: Any, listing: Listing, actor: User, reason: str, **kwargs: Any
) -> None:
    rules.close_for_withdrawal(listing, actor)
