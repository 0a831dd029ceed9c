"""Where the verification of one's association stands."""

from __future__ import annotations

from typing import Any

from accounts.models import Verification
from accounts.readers import reader_for


def unanswered(user: Any) -> list[Verification]:
    """Return what the associations of `user`, which nobody verified yet, wait for: one query."""
    reader = reader_for(user)
    if not reader.association_ids or reader.verifier_ids:
        return []
    waiting = Verification.objects.waiting().filter(association__in=reader.association_ids)
    return list(waiting.select_related("association", "by").order_by("asked_at"))
