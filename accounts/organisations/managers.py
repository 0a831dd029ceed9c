"""Who manages an agent: the manager of the department, or of the nearest one above."""

from __future__ import annotations

from accounts.models import Department, Membership, Organisation, Role, User
from accounts.periods import live_q


def manager_of(user: User, organisation: Organisation) -> User | None:
    """Return who manages `user` in `organisation`, or None; never the person themselves.

    Three queries. A manager's role is for its own department, else for that of the membership;
    one without any department is for the whole organisation. Deputies come later.
    """
    membership = Membership.objects.live().filter(user=user, organisation=organisation).first()
    if membership is None:
        return None
    parents = dict(
        Department.objects.filter(organisation=organisation)
        .order_by()
        .values_list("pk", "parent_id")
    )
    managers: dict[int | None, User] = {}
    roles = (
        Role.objects.live()
        .filter(
            live_q("membership__"),
            kind=Role.Kind.MANAGER,
            membership__organisation=organisation,
            membership__user__is_active=True,
        )
        .exclude(membership__user=user)
        .select_related("membership__user")
        .order_by("starts_at", "pk")
    )
    for role in roles:
        place = role.department_id or role.membership.department_id
        managers.setdefault(place, role.membership.user)
    place, seen = membership.department_id, set()
    while place is not None and place not in seen:
        if place in managers:
            return managers[place]
        seen.add(place)
        place = parents.get(place)
    return managers.get(None)
