"""What a file would change, compared with what is there: nothing is written here.

An account is never changed, whoever made it: a person who is known keeps their name and address,
and only becomes a member. A cell left empty changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.days import day_end, in_words, last_day_in_words
from accounts.importing.lines import Person, Problem, read_table
from accounts.importing.reading import Table
from accounts.models import Department, Membership, Organisation, Role, User
from accounts.organisations.tree import DepartmentTree
from accounts.words import fold

# How many addresses are looked for in one query.
BATCH = 500

ARRIVAL, CHANGE, DEPARTURE, DEPARTMENT, SAME = (
    "arrivals",
    "changes",
    "departures",
    "departments",
    "unchanged",
)
# In the order in which they are told.
COUNT_WORDS = {
    ARRIVAL: "Arrivées",
    CHANGE: "Changements de poste ou d’encadrement",
    DEPARTURE: "Départs, par une date dans le fichier",
    DEPARTMENT: "Services créés",
    SAME: "Inchangées",
}
Path = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One thing that would change, in words."""

    kind: str
    line: int | None
    who: str
    what: str


@dataclass
class Arrival:
    """A person who becomes a member; `user` is None when they have no account yet."""

    person: Person
    user: User | None
    ends_at: datetime | None


@dataclass
class Update:
    """A member whose post, end or role of manager would change; None: stays as it is."""

    person: Person
    membership: Membership
    path: Path | None = None
    job_title: str | None = None
    ends_at: datetime | None = None
    begins_managing: bool = False
    ended_roles: list[Role] = field(default_factory=list)
    following: list[int] = field(default_factory=list)  # roles without a department of their own

    @property
    def is_empty(self) -> bool:
        changed = (self.path, self.job_title, self.ends_at)
        return changed == (None, None, None) and not (self.begins_managing or self.ended_roles)


@dataclass
class Plan:
    """What the import of a file would do, or what is wrong in it."""

    problems: list[Problem] = field(default_factory=list)
    new_paths: list[Path] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    unchanged: int = 0
    missing: list[Membership] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    known_paths: dict[Path, Department] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many changes of each kind, and how many people stay as they are."""
        counted = Counter(change.kind for change in self.changes())
        return {kind: counted[kind] for kind in (ARRIVAL, CHANGE, DEPARTURE, DEPARTMENT)} | {
            SAME: self.unchanged
        }

    def changes(self) -> Iterator[Change]:
        """Yield each change in words, departments first, then people by line."""
        for path in self.new_paths:
            yield Change(DEPARTMENT, None, " › ".join(path), "service créé")
        people: list[Arrival | Update] = [*self.arrivals, *self.updates]
        for one in sorted(people, key=lambda one: one.person.number):
            if isinstance(one, Arrival):
                yield Change(ARRIVAL, one.person.number, one.person.name, _arrives(one))
            else:
                kind = DEPARTURE if one.ends_at is not None else CHANGE
                yield Change(kind, one.person.number, one.person.name, _changes(one))


def plan_for(organisation: Organisation, table: Table) -> Plan:
    """Return the plan: a few queries, then one for each 500 addresses that are not members'."""
    read = read_table(table)
    tree = DepartmentTree.of(organisation.pk)
    plan = Plan(problems=read.problems, ignored=table.ignored)
    plan.known_paths = {
        folded_path(path): department for path, department in _paths_of(tree).items()
    }
    plan.new_paths = _new_paths(plan.known_paths, read.paths)
    members = _members(organisation)
    others = _accounts(person.email for person in read.people if person.email not in members)
    seen: set[int] = set()
    for person in read.people:
        if membership := members.get(person.email):
            seen.add(membership.pk)
            _plan_update(plan, person, membership)
        else:
            _plan_arrival(plan, person, others.get(person.email))
    _check_coordination(plan, members.values())
    plan.missing = [one for one in members.values() if one.pk not in seen and one.ends_at is None]
    plan.problems.sort(key=lambda problem: problem.line)
    return plan


def folded_path(path: Path) -> Path:
    """Return the path as it is compared: «VOIRIE» and «Voirie» are one department."""
    return tuple(fold(name) for name in path)


def _paths_of(tree: DepartmentTree) -> dict[Path, Department]:
    return {
        tuple(tree.departments[one].name for one in reversed(tree.upwards(pk))): department
        for pk, department in tree.departments.items()
    }


def _new_paths(known: dict[Path, Department], asked: Iterable[Path]) -> list[Path]:
    """Return the departments to create, each once and after those above it."""
    found: dict[Path, Path] = {}
    for path in asked:
        for depth in range(1, len(path) + 1):
            part = path[:depth]
            if folded_path(part) not in known:
                found.setdefault(folded_path(part), part)
    return sorted(found.values(), key=len)


def _members(organisation: Organisation) -> dict[str, Membership]:
    """Return the memberships in force or to come, by address; two queries."""
    managing = Role.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()), deputy_for__isnull=True
    ).select_related("department")
    found = (
        organisation.memberships.not_over()
        .select_related("user", "department")
        .prefetch_related(Prefetch("roles", managing, to_attr="held"))
        .order_by("-ends_at", "pk")
    )
    # Of two that follow one another, the one without an end, else the last to end.
    members: dict[str, Membership] = {}
    for membership in sorted(found, key=lambda one: (one.ends_at is None, one.ends_at or one.pk)):
        members[membership.user.email.lower()] = membership
    return members


def _accounts(emails: Iterable[str]) -> dict[str, User]:
    """Return the accounts that have one of the addresses, by address."""
    found: dict[str, User] = {}
    wanted = sorted(set(emails))
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        people = User.objects.annotate(address=Lower("email")).filter(address__in=some)
        found |= {person.email.lower(): person for person in people}
    return found


def _plan_arrival(plan: Plan, person: Person, user: User | None) -> None:
    ends_at = day_end(person.final_day)
    if ends_at is not None and ends_at <= timezone.now():
        plan.unchanged += 1  # gone, and not here
        return
    if user is not None and not user.is_active:
        why = "Ce compte est fermé : voyez avec l’équipe de la plateforme, ou retirez la ligne."
        plan.problems.append(Problem(person.number, "Adresse électronique", person.email, why))
        return
    plan.arrivals.append(Arrival(person, user, ends_at))


def _plan_update(plan: Plan, person: Person, membership: Membership) -> None:
    update = Update(person, membership)
    here = plan.known_paths.get(folded_path(person.path)) if person.path else membership.department
    moves = bool(person.path) and (here is None or here != membership.department)
    managing = [role for role in membership.held if role.kind == Role.Kind.MANAGER]  # type: ignore[attr-defined]
    if moves:
        update.path = person.path
        update.following = [role.pk for role in managing if role.department_id is None]
    if person.job_title and person.job_title != membership.job_title:
        update.job_title = person.job_title
    if ends_at := day_end(person.final_day):
        if ends_at <= membership.starts_at:
            why = f"Cette personne est arrivée le {in_words(membership.starts_at)}, plus tard."
            day = last_day_in_words(ends_at)
            plan.problems.append(Problem(person.number, "Dernier jour", day, why))
            return
        if ends_at != membership.ends_at:
            update.ends_at = ends_at
    places = {role.pk: role.department or membership.department for role in managing}
    if person.manages:
        update.begins_managing = here is None or here not in places.values()
        if moves:  # manager «of their department»: that of the former one goes with the move
            update.ended_roles = [
                role for role in managing if places[role.pk] == membership.department
            ]
    elif person.manages is False:
        left = (here, membership.department)
        update.ended_roles = [role for role in managing if places[role.pk] in left]
    if update.is_empty:
        plan.unchanged += 1
    else:
        plan.updates.append(update)


def _check_coordination(plan: Plan, members: Iterable[Membership]) -> None:
    """Refuse a file that would leave the collectivité without anybody to coordinate it."""
    coordinating = {
        one.pk
        for one in members
        if one.ends_at is None
        and one.is_live
        and one.user.is_active
        and any(
            role.kind == Role.Kind.COORDINATOR and role.ends_at is None and role.is_live
            for role in one.held  # type: ignore[attr-defined]
        )
    }
    leaving = [
        update
        for update in plan.updates
        if update.ends_at is not None and update.membership.pk in coordinating
    ]
    if leaving and len(leaving) == len(coordinating):
        for update in leaving:
            why = (
                "Il ne resterait personne pour la coordination : confiez d’abord ce rôle à "
                "quelqu’un d’autre, sans date de fin."
            )
            plan.problems.append(
                Problem(
                    update.person.number,
                    "Dernier jour",
                    last_day_in_words(update.ends_at),
                    why,
                )
            )


def _arrives(arrival: Arrival) -> str:
    person = arrival.person
    parts = ["arrive"]
    if person.path:
        parts.append(f"service : {' › '.join(person.path)}")
    if person.job_title:
        parts.append(f"métier : {person.job_title}")
    if person.manages:
        parts.append("encadre ce service")
    if arrival.ends_at:
        parts.append(f"jusqu’au {last_day_in_words(arrival.ends_at)}")
    return ", ".join(parts)


def _changes(update: Update) -> str:
    parts = []
    if update.path is not None:
        before = update.membership.department or "sans service"
        parts.append(f"service : {before} → {' › '.join(update.path)}")
    if update.job_title is not None:
        parts.append(f"métier : {update.membership.job_title or 'sans'} → {update.job_title}")
    if update.ends_at is not None:
        parts.append(f"dernier jour : {last_day_in_words(update.ends_at)}")
    if update.begins_managing:
        parts.append("encadre ce service")
    parts += [
        f"n’encadre plus {role.department or update.membership.department}"
        for role in update.ended_roles
    ]
    return ", ".join(parts)
