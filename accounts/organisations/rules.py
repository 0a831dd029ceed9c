"""Beginning and ending a membership, and finding who answers for an organisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts.members.hold import record
from accounts.models import Department, Membership, Organisation, PeopleEvent, Role, User
from accounts.periods import live_q
from accounts.readers import forget_reader
from accounts.signals import people_changed


def begin_membership(
    user: User,
    organisation: Organisation,
    roles: Sequence[str],
    *,
    department: Department | None = None,
    job_title: str = "",
    ends_at: datetime | None = None,
    by: User | None = None,
) -> Membership:
    """Make `user` a member with these roles from now on, until `ends_at`; returns the membership.

    `by` is who let them in. A manager's role is for the department of the membership; without one
    it is not given where there are departments, since it would be for everybody in the house. Safe
    to repeat: an open membership is kept and gains the roles that it lacks.
    """
    with transaction.atomic():
        membership, created = Membership.objects.get_or_create(
            user=user,
            organisation=organisation,
            ends_at=None,
            defaults={"department": department, "job_title": job_title},
        )
        if not created and department and membership.department_id is None:
            membership.department = department
            membership.save(update_fields=["department"])
        if created:
            record(organisation, PeopleEvent.Kind.MEMBERSHIP_BEGUN, by, person=user)
        if created and ends_at is not None:
            membership.ends_at = ends_at
            membership.save(update_fields=["ends_at"])
        for kind in roles:
            place = membership.department if kind == Role.Kind.MANAGER else None
            nowhere = kind == Role.Kind.MANAGER and place is None
            if nowhere and organisation.departments.exists():
                continue
            _, given = Role.objects.get_or_create(
                membership=membership, kind=kind, ends_at=None, department=place
            )
            if given and kind != Role.Kind.AGENT:
                label = Role.Kind(kind).label
                detail = f"{label} ({place})" if place else label
                record(organisation, PeopleEvent.Kind.ROLE_BEGUN, by, person=user, detail=detail)
        people_changed.send(sender=User, user_ids=[user.pk])
    forget_reader(user)
    return membership


def people_with_role(organisations: Iterable[int], *kinds: str) -> list[User]:
    """Return the active people who hold one of the roles in one of the organisations today."""
    found = User.objects.filter(
        live_q("memberships__"),
        live_q("memberships__roles__"),
        is_active=True,
        memberships__organisation__in=organisations,
        memberships__roles__kind__in=kinds,
    )
    return list(found.distinct())


def coordinators_of(organisation: Organisation) -> list[User]:
    return people_with_role([organisation.pk], Role.Kind.COORDINATOR)


def representatives_of(organisation: Organisation) -> list[User]:
    return people_with_role([organisation.pk], Role.Kind.REPRESENTATIVE)
