"""Who follows which service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import Department, Organisation, User
from accounts.organisations.tree import DepartmentTree
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges.following.models import DepartmentCoordinator


def followers(department: Department | None) -> list[int]:
    """Return the ids of who follows a service, nearest first, the deputy after: two queries."""
    if department is None:
        return []
    above = DepartmentTree.of(department.organisation_id).upwards(department.pk)
    rows = {
        one.department_id: one for one in DepartmentCoordinator.objects.filter(department__in=above)
    }
    found = [
        person
        for pk in above
        if pk in rows
        for person in (rows[pk].coordinator_id, rows[pk].deputy_id)
        if person is not None
    ]
    return list(dict.fromkeys(found))


def followed_by(user: Any, organisation_ids: Iterable[int]) -> set[int]:
    """Return the ids of the departments that `user` follows, with those below: two queries."""
    tree = DepartmentTree.of(*organisation_ids)
    rows = DepartmentCoordinator.objects.filter(department__in=list(tree.departments))
    own = [one.department_id for one in rows if user.pk in (one.coordinator_id, one.deputy_id)]
    return tree.below(*own)


def followed_by_others(user: User, organisation: Organisation) -> set[int]:
    """Return the ids of the departments that somebody else follows first: three queries.

    The nearest one that is entrusted decides; its deputy stands in when who follows it does not
    coordinate any more, and what nobody follows is everybody's.
    """
    tree = DepartmentTree.of(organisation.pk)
    rows = DepartmentCoordinator.objects.filter(department__in=list(tree.departments))
    today = set(coordinators_of([organisation.pk]).values_list("pk", flat=True))
    first: dict[int, int] = {}
    for one in rows:
        standing = [pk for pk in (one.coordinator_id, one.deputy_id) if pk in today]
        if standing:
            first[one.department_id] = standing[0]
    return {
        pk
        for pk in tree.departments
        if next((first[up] for up in tree.upwards(pk) if up in first), user.pk) != user.pk
    }
