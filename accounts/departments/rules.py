"""The chart of services: created, renamed, moved, closed into another; nobody is lost with one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.members import telling
from accounts.members.hold import Refused, hold, record
from accounts.members.settling import end_deputies, end_roles
from accounts.models import (
    Department,
    Invitation,
    Membership,
    Organisation,
    PeopleEvent,
    Role,
    User,
)
from accounts.organisations.tree import MOST_LEVELS, DepartmentTree
from accounts.signals import department_closed, people_changed
from accounts.words import fold

Kind = PeopleEvent.Kind


@transaction.atomic
def create(
    organisation: Organisation, name: str, parent: Department | None, actor: User
) -> Department:
    """Return the new department. Raises Refused."""
    hold(organisation, actor)
    tree = DepartmentTree.of(organisation.pk)
    _check_place(tree, name, parent)
    department = Department.objects.create(organisation=organisation, name=name, parent=parent)
    detail = f"{name}, dans {tree.path(parent.pk)}" if parent else name
    record(organisation, Kind.DEPARTMENT_CREATED, actor, detail=detail)
    return department


@transaction.atomic
def rename(department: Department, name: str, actor: User) -> Department:
    """Give the department another name; returns it. Raises Refused."""
    department, tree = _held(department, actor)
    if name == department.name:
        return department
    _check_place(tree, name, department.parent, but=department)
    before, department.name = department.name, name
    department.save(update_fields=["name"])
    record(department.organisation, Kind.DEPARTMENT_RENAMED, actor, detail=f"{before} → {name}")
    _people_changed(tree.below(department.pk))
    return department


@transaction.atomic
def move(department: Department, parent: Department | None, actor: User) -> Department:
    """Put the department, and all that is below it, under another one. Raises Refused.

    Of two moves made at once that would make a circle together, the second is refused.
    """
    department, tree = _held(department, actor)
    if parent == department.parent:
        return department
    if parent is not None and parent.pk in tree.below(department.pk):
        raise Refused("Un service ne dépend ni de lui-même ni d’un service qu’il contient.")
    _check_place(tree, department.name, parent, but=department)
    department.parent = parent
    department.save(update_fields=["parent"])
    where = tree.path(parent.pk) if parent else "tout en haut"
    record(
        department.organisation,
        Kind.DEPARTMENT_MOVED,
        actor,
        detail=f"{department.name} → {where}",
    )
    return department


@transaction.atomic
def close(department: Department, into: Department | None, actor: User) -> None:
    """Close the department: its people, services and listings go to `into`. Raises Refused.

    Whoever managed it manages `into` when nobody does yet; otherwise that role ends and they are
    told. Without `into`, only an empty one closes.
    """
    department, tree = _held(department, actor)
    if into is None and not is_empty(department):
        raise Refused("Dites quel service reprend ses personnes et ses services.")
    if into is not None:
        if into.organisation_id != department.organisation_id or into.pk not in tree.departments:
            raise Refused("Choisissez un service de la collectivité.")
        if into.pk in tree.below(department.pk):
            raise Refused(
                "Choisissez un service qui n’en dépend pas : il ferme avec ce qu’il tient."
            )
        for child in tree.children(department.pk):
            _check_place(tree, child.name, into, but=child)
    path = tree.path(department.pk)
    people = set(department.memberships.values_list("pk", flat=True))
    _settle_managers(department, into, actor)
    Role.objects.filter(department=department).update(department=into)
    Membership.objects.filter(department=department).update(department=into)
    Invitation.objects.filter(department=department).update(department=into)
    department.children.update(parent=into)
    department_closed.send(
        sender=Department, department_id=department.pk, into_id=into.pk if into else None
    )
    organisation = department.organisation
    department.delete()
    detail = f"{path} → {tree.path(into.pk)}" if into else path
    record(organisation, Kind.DEPARTMENT_CLOSED, actor, detail=detail)
    users = Membership.objects.filter(pk__in=people).values_list("user_id", flat=True)
    people_changed.send(sender=User, user_ids=list(users))


def is_empty(department: Department) -> bool:
    """Return whether nobody is there, will be or is invited there, and nothing depends on it."""
    not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now())
    return not (
        department.memberships.filter(not_over).exists()
        or department.roles.filter(not_over).exists()
        or Invitation.objects.open().filter(department=department).exists()
        or department.children.exists()
    )


def _settle_managers(department: Department, into: Department | None, actor: User) -> None:
    managing = Role.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()), kind=Role.Kind.MANAGER
    )
    # A role that follows its membership would follow it to another team.
    managing.filter(department__isnull=True, membership__department=department).update(
        department=department
    )
    here = managing.filter(department=department, deputy_for__isnull=True)
    if into is None:
        return
    follows = Q(department=into) | Q(department__isnull=True, membership__department=into)
    if not managing.filter(follows, deputy_for__isnull=True).exists():
        return
    ended = list(here.select_related("membership__user", "membership__organisation", "department"))
    now = timezone.now()
    over = Role.objects.filter(pk__in=[role.pk for role in ended])
    end_roles(over, now)
    end_deputies(over, now, actor)
    for role in ended:
        role.ends_at = now
        record(
            department.organisation,
            Kind.ROLE_ENDED,
            actor,
            person=role.membership.user,
            detail=f"{role.label} ({department.name}) : service fermé",
        )
        telling.role_ended(role, actor)


def _held(department: Department, actor: User) -> tuple[Department, DepartmentTree]:
    """Return the department as it now is and the chart, both held. Raises Refused."""
    hold(department.organisation, actor)
    tree = DepartmentTree.of(department.organisation_id)
    if department.pk not in tree.departments:
        raise Refused("Ce service vient d’être fermé par quelqu’un d’autre.")
    found = tree.departments[department.pk]
    found.organisation = department.organisation
    return found, tree


def _check_place(
    tree: DepartmentTree, name: str, parent: Department | None, but: Department | None = None
) -> None:
    """Check that a department of that name may be put there. Raises Refused."""
    if parent is not None and parent.pk not in tree.departments:
        raise Refused("Choisissez un service de la collectivité.")
    pk = parent.pk if parent else None
    taken = [one for one in tree.children(pk) if fold(one.name) == fold(name) and one != but]
    if taken:
        where = f"dans « {parent} »" if parent else "tout en haut"
        raise Refused(f"Un service s’appelle déjà « {taken[0]} » {where}.")
    levels = len(tree.upwards(pk)) + (_height(tree, but.pk) if but else 1)
    if levels > MOST_LEVELS:
        raise Refused(f"Un organigramme a {MOST_LEVELS} niveaux au plus.")


def _height(tree: DepartmentTree, pk: int) -> int:
    """Return how many levels the department and what is below it take."""
    return 1 + max((_height(tree, child.pk) for child in tree.children(pk)), default=0)


def _people_changed(departments: set[int]) -> None:
    users = Membership.objects.live().filter(department__in=departments)
    people_changed.send(sender=User, user_ids=list(users.values_list("user_id", flat=True)))
