"""Teams: whom a manager manages, from the tree of departments."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models.functions import Coalesce

from accounts.models import Department, Membership, Role, User
from accounts.periods import live_q


def subtree(department_ids: set[int], organisation_ids: set[int]) -> set[int]:
    """Return the departments and all those below them (one query, however deep the tree)."""
    children: dict[int | None, list[int]] = defaultdict(list)
    rows = Department.objects.filter(organisation__in=organisation_ids)
    for pk, parent in rows.values_list("pk", "parent_id"):
        children[parent].append(pk)
    found: set[int] = set()
    waiting = list(department_ids)
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting.extend(children[pk])
    return found


def team_of(manager: Any, organisation_id: int | None = None) -> list[User]:
    """Return the people whom `manager` manages, by name; never the manager (three queries).

    The same rule as `managers.manager_of`: a role is for its own department, else for that of the
    membership; one without any department is for the whole organisation.
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
    rows = roles.annotate(place=Coalesce("department_id", "membership__department_id"))
    for department, organisation in rows.values_list("place", "membership__organisation_id"):
        organisations.add(organisation)
        if department is None:
            whole.add(organisation)
        else:
            departments.add(department)
    if not organisations:
        return []
    managed = subtree(departments, organisations) if departments else set()
    members = Membership.objects.live().exclude(user=manager)
    members = members.filter(department__in=managed) | members.filter(organisation__in=whole)
    return list(
        User.objects.filter(pk__in=members.order_by().values("user")).order_by(
            "last_name", "first_name", "pk"
        )
    )
