"""Where a person belongs, as sub-queries: what every door of this room starts from."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.periods import live_q


def organisations_of(user: Any) -> QuerySet:
    """Return the ids of the open organisations where `user` (signed in) has a live membership."""
    return (
        user.memberships.order_by()
        .filter(live_q(), organisation__closed_at__isnull=True)
        .values("organisation_id")
    )


def organisations_where(user: Any, *roles: str) -> QuerySet:
    """Return the ids of the open organisations where `user` (signed in) holds one of the roles."""
    return (
        user.memberships.order_by()
        .filter(
            live_q(),
            live_q("roles__"),
            roles__kind__in=roles,
            organisation__closed_at__isnull=True,
        )
        .values("organisation_id")
    )
