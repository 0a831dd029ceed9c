"""Teams: whom a manager manages, from the tree of departments."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, When
from django.db.models.functions import Coalesce

from accounts.models import Membership, Role, User
from accounts.organisations.tree import DepartmentTree
from accounts.periods import live_q

# Where a role is in force: a deputy's is that of the manager who is away.
PLACE = Case(
    When(
        deputy_for__isnull=False,
        then=Coalesce("deputy_for__department_id", "deputy_for__membership__department_id"),
    ),
    default=Coalesce("department_id", "membership__department_id"),
)


def team_of(manager: Any, organisation_id: int | None = None) -> list[User]:
    """Return the people whom `manager` manages, by name; never the manager (three queries).

    The same rule as `managers.manager_of`: a role is for its own department, else for that of the
    membership; one without any department is for the whole organisation. A deputy manages the team
    of the manager who is away, for as long as they are named.
    """
    roles = Role.objects.live().filter(
        live_q("membership__"),
        membership__user=manager,
        membership__organisation__closed_at__isnull=True,
        kind=Role.Kind.MANAGER,
    )
    if organisation_id is not None:
        roles = roles.filter(membership__organisation=organisation_id)
    departments: set[int] = set()
    whole: set[int] = set()
    organisations: set[int] = set()
    away: set[int] = set()
    rows = roles.annotate(place=PLACE).values_list(
        "place", "membership__organisation_id", "deputy_for__membership__user_id"
    )
    for department, organisation, absent in rows:
        organisations.add(organisation)
        away |= {absent} - {None}
        if department is None:
            whole.add(organisation)
        else:
            departments.add(department)
    if not organisations:
        return []
    tree = DepartmentTree.of(*organisations)
    members = Membership.objects.live().exclude(user=manager).exclude(user__in=away)
    members = members.filter(department__in=tree.below(*departments)) | members.filter(
        organisation__in=whole
    )
    return list(
        User.objects.filter(pk__in=members.order_by().values("user")).order_by(
            "last_name", "first_name", "pk"
        )
    )
