"""Who manages an agent: the manager of the department, or of the nearest one above."""

from __future__ import annotations

from collections import defaultdict

from accounts.models import Membership, Organisation, Role, User
from accounts.organisations.tree import DepartmentTree
from accounts.periods import live_q

# By department (None: the whole organisation): each manager, and who stands in today.
Managers = dict[int | None, list[tuple[User, User | None]]]


def manager_of(user: User, organisation: Organisation) -> User | None:
    """Return who manages `user` in `organisation`, or None; never the person themselves.

    A manager's role is for its own department, else for that of the membership; one without any
    department is for the whole organisation. While a manager is away their named deputy answers;
    for the deputy, who is next above, and failing that the manager all the same.
    """
    others = managers_above(user, organisation)
    present = (deputy or manager for manager, deputy in others)
    found = next((person for person in present if person.pk != user.pk), None)
    return found or next((manager for manager, _ in others), None)


def managers_above(user: User, organisation: Organisation) -> list[tuple[User, User | None]]:
    """Return the managers of `user` in `organisation`, nearest first, with today's deputies.

    Never the person themselves. Three queries.
    """
    membership = Membership.objects.live().filter(user=user, organisation=organisation).first()
    if membership is None:
        return []
    tree = DepartmentTree.of(organisation.pk)
    managers = managers_by_place(organisation)
    places = [*tree.upwards(membership.department_id), None]
    return [
        (manager, deputy)
        for place in places
        for manager, deputy in managers.get(place, ())
        if manager.pk != user.pk
    ]


def managers_by_place(organisation: Organisation) -> Managers:
    """Return the managers of each department, the longest in place first; one query."""
    roles = list(
        Role.objects.live()
        .filter(
            live_q("membership__"),
            kind=Role.Kind.MANAGER,
            membership__organisation=organisation,
            membership__user__is_active=True,
        )
        .select_related("membership__user")
        .order_by("starts_at", "pk")
    )
    deputies = {role.deputy_for_id: role.membership.user for role in roles if role.deputy_for_id}
    managers: Managers = defaultdict(list)
    for role in roles:
        if role.deputy_for_id is None:
            place = role.department_id or role.membership.department_id
            managers[place].append((role.membership.user, deputies.get(role.pk)))
    return managers
