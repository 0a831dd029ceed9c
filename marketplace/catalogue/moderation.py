"""Who reads a listing before it goes public: the coordination of its organisation.

An association's public listings are read by the coordination of those that verified it. Where
nobody coordinates, the platform's staff does, so that no listing waits for nobody.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Organisation, User, Verification
from accounts.periods import live_q


def moderating_bodies(organisation: Organisation) -> list[int]:
    """Return the ids of the organisations whose coordination moderates for this one."""
    if not organisation.is_association:
        return [organisation.pk]
    return list(
        Verification.objects.live()
        .filter(association=organisation)
        .order_by()
        .values_list("by_id", flat=True)
    )


def coordinators_of(organisation_ids: list[int]) -> QuerySet[User]:
    """Return the active persons who coordinate one of the organisations now."""
    return (
        User.objects.filter(
            live_q("memberships__"),
            live_q("memberships__roles__"),
            is_active=True,
            memberships__organisation__in=organisation_ids,
            memberships__roles__kind="coordinator",
        )
        .distinct()
        .order_by("pk")
    )


def moderators_of(organisation: Organisation) -> QuerySet[User]:
    """Return who may publish, return or withdraw the public listings of `organisation`."""
    coordinators = coordinators_of(moderating_bodies(organisation))
    if coordinators.exists():
        return coordinators
    return User.objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True)


def is_read_by_platform(organisation: Organisation) -> bool:
    """Return whether nobody coordinates for this organisation, so that the platform reads."""
    return not coordinators_of(moderating_bodies(organisation)).exists()
