"""Which members: for the coordination's lists, and for the waves of invitations."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Organisation, Role, User
from accounts.periods import live_q
from accounts.words import fold

PRESENT, TO_COME, PAST = "presentes", "a-venir", "parties"


@dataclass(frozen=True)
class Wanted:
    """What a coordinator looks for among the members."""

    words: str = ""
    department_ids: frozenset[int] | None = None  # None: everywhere
    without_department: bool = False
    role: str = ""
    when: str = PRESENT


def people_never_signed_in(organisation: Organisation) -> QuerySet[User]:
    """Return the members of `organisation` today who never signed in, by name."""
    members = organisation.memberships.live().order_by().values("user_id")
    return User.objects.filter(
        pk__in=members, is_active=True, anonymised_at__isnull=True, last_login__isnull=True
    )


def members_wanted(organisation: Organisation, wanted: Wanted) -> list[int]:
    """Return the ids of the memberships that are wanted, by name as one reads it in French.

    One query of a few short columns: names are compared folded, which no database of ours does
    alike; 3,000 members take under a tenth of a second (docs/people.md).
    """
    rows = organisation.memberships.filter(_when(wanted.when)).order_by()
    if wanted.without_department:
        rows = rows.filter(department__isnull=True)
    elif wanted.department_ids is not None:
        rows = rows.filter(department__in=wanted.department_ids)
    if wanted.role:
        held = Role.objects.filter(kind=wanted.role).filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now())
        )
        rows = rows.filter(pk__in=held.values("membership_id"))
    parts = fold(wanted.words).split()
    found = []
    for pk, first, last, job in rows.values_list(
        "pk", "user__first_name", "user__last_name", "job_title"
    ):
        text = fold(f"{first} {last} {job}")
        if all(part in text for part in parts):
            found.append((fold(last), fold(first), pk))
    return [pk for _, _, pk in sorted(found)]


def for_rows(ids: list[int]) -> list[Membership]:
    """Return the memberships in the order of `ids`, with what a row shows; two queries."""
    found = Membership.objects.filter(pk__in=ids).select_related("user", "department")
    by_id = {one.pk: one for one in found.prefetch_related(Prefetch("roles", shown_roles()))}
    return [by_id[pk] for pk in ids if pk in by_id]


def shown_roles() -> QuerySet[Role]:
    """Return the roles that a row or a sheet shows: given ones, in force or to come."""
    return (
        Role.objects.exclude(kind=Role.Kind.AGENT)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))
        .select_related("department", "deputy_for__membership__user")
        .prefetch_related(Prefetch("deputies", Role.objects.select_related("membership__user")))
        .order_by("starts_at", "pk")
    )


def _when(when: str) -> Q:
    now = timezone.now()
    if when == PAST:
        return Q(ends_at__lte=now)
    if when == TO_COME:
        return Q(starts_at__gt=now)
    return live_q()
