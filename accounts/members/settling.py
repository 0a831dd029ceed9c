"""What hangs on a membership that is over: roles stop, and the other rooms hear of it once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.members import telling
from accounts.members.hold import record
from accounts.models import Membership, PeopleEvent, Role, User
from accounts.signals import membership_ended, people_changed


def settle_ended(now: datetime | None = None) -> int:
    """Settle the memberships whose end has come; returns how many. Idempotent: `tick` runs it."""
    now = now or timezone.now()
    due = Membership.objects.filter(ends_at__lte=now, settled_at__isnull=True)
    settled = 0
    for membership in due.select_related("user", "organisation"):
        with transaction.atomic():
            settled += settle(membership, None)
    return settled


def settle(membership: Membership, actor: User | None) -> bool:
    """End what hangs on the membership; returns False when it was done before.

    Inside a transaction. A person who is back, or who changed hands within the organisation,
    keeps what they answer for.
    """
    ended = membership.ends_at or timezone.now()
    claimed = Membership.objects.filter(pk=membership.pk, settled_at__isnull=True).update(
        settled_at=timezone.now(), in_directory=False
    )
    if not claimed:
        return False
    roles = Role.objects.filter(membership=membership)
    end_roles(roles, ended)
    end_deputies(roles, ended, actor)
    others = Membership.objects.live(max(timezone.now(), ended)).filter(
        user=membership.user_id, organisation=membership.organisation_id
    )
    if not others.exists():
        membership_ended.send(sender=Membership, membership=membership, actor=actor)
    people_changed.send(sender=User, user_ids=[membership.user_id])
    return True


def end_deputies(roles: Any, at: datetime, actor: User | None) -> None:
    """End who stands in for those who held the roles: each is told, and it is written down."""
    deputies = Role.objects.filter(deputy_for__in=roles, ends_at__gt=at).select_related(
        "membership__user", "membership__organisation", "department"
    )
    for deputy in deputies:
        deputy.ends_at = max(deputy.starts_at, at)
        deputy.save(update_fields=["ends_at"])
        record(
            deputy.membership.organisation,
            PeopleEvent.Kind.ROLE_ENDED,
            actor,
            person=deputy.membership.user,
            detail=f"{deputy.label} ({deputy.department})" if deputy.department else deputy.label,
        )
        telling.role_ended(deputy, actor)


def end_roles(roles: Any, at: datetime, *, always: int | None = None) -> None:
    """End the roles at that moment, those that end before left alone (but `always`)."""
    later = Q(ends_at__isnull=True) | Q(ends_at__gt=at) | Q(pk=always)
    # One that has not begun never will: it ends as it begins.
    roles.filter(later).update(ends_at=Greatest(F("starts_at"), at))
