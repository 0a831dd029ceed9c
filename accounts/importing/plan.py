"""What a file would change, compared with what is there: nothing is written here.

An account is never made nor changed, and none is looked for: whoever is no member yet gets an
invitation that says what the file says, and accepts it or not. Whether the address is known
elsewhere on the platform is nobody's business here. A cell left empty changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from accounts.days import day_end, in_words, last_day_in_words
from accounts.importing.known import Known
from accounts.importing.lines import Path, Person, Problem, problem, read_table
from accounts.importing.managers import name_managers
from accounts.importing.places import Places
from accounts.importing.reading import Table
from accounts.models import Department, Invitation, Membership, Organisation, Role, User
from accounts.organisations.tree import DepartmentTree

ARRIVAL, CHANGE, DEPARTURE, DEPARTMENT, SAME = (
    "arrivals",
    "changes",
    "departures",
    "departments",
    "unchanged",
)
# In the order in which they are told.
COUNT_WORDS = {
    ARRIVAL: "Invitations préparées",
    CHANGE: "Changements de poste ou d’encadrement",
    DEPARTURE: "Départs, par une date dans le fichier",
    DEPARTMENT: "Services créés",
    SAME: "Inchangées",
}


@dataclass(frozen=True)
class Change:
    """One thing that would change, in words."""

    kind: str
    line: int | None
    who: str
    what: str


@dataclass
class Arrival:
    """A person who is to be invited."""

    person: Person
    ends_at: datetime | None

    kind = ARRIVAL

    def words(self) -> str:
        person = self.person
        parts = ["à inviter"]
        if person.path:
            parts.append(f"service : {' › '.join(person.path)}")
        if person.job_title:
            parts.append(f"métier : {person.job_title}")
        if person.manages:
            parts.append("encadrera ce service")
        if self.ends_at:
            parts.append(f"jusqu’au {last_day_in_words(self.ends_at)}")
        return ", ".join(parts)


@dataclass
class Awaited:
    """A person whose invitation waits, and would say something else; None: stays as it is."""

    person: Person
    invitation: Invitation
    path: Path | None = None
    job_title: str | None = None
    names: tuple[str, str] | None = None
    manages: bool | None = None
    ends_at: datetime | None = None
    leaves: bool = False  # before they came: the invitation is taken back

    @property
    def kind(self) -> str:
        return DEPARTURE if self.leaves else CHANGE

    @property
    def is_empty(self) -> bool:
        changed = (self.path, self.job_title, self.names, self.manages, self.ends_at)
        return not self.leaves and all(one is None for one in changed)

    def words(self) -> str:
        invitation = self.invitation
        if self.leaves:
            return "invitation retirée, le dernier jour est passé"
        parts = ["invitation"]
        if self.names is not None:
            parts.append(f"nom : {invitation.full_name or 'sans'} → {' '.join(self.names)}")
        parts += _post_words(self, invitation)
        if self.manages is not None:
            parts.append("encadrera ce service" if self.manages else "n’encadrera pas")
        return ", ".join(parts)


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
    def kind(self) -> str:
        return CHANGE if self.ends_at is None else DEPARTURE

    @property
    def is_empty(self) -> bool:
        changed = (self.path, self.job_title, self.ends_at)
        return changed == (None, None, None) and not (self.begins_managing or self.ended_roles)

    def words(self) -> str:
        parts = _post_words(self, self.membership)
        if self.begins_managing:
            parts.append("encadre ce service")
        parts += [
            f"n’encadre plus {role.department or self.membership.department}"
            for role in self.ended_roles
        ]
        return ", ".join(parts)


def _post_words(change: Awaited | Update, before: Invitation | Membership) -> list[str]:
    """Return what changes of the post and its end, from what it was."""
    parts = []
    if change.path is not None:
        place = before.department or "sans service"
        parts.append(f"service : {place} → {' › '.join(change.path)}")
    if change.job_title is not None:
        parts.append(f"métier : {before.job_title or 'sans'} → {change.job_title}")
    if change.ends_at is not None:
        parts.append(f"dernier jour : {last_day_in_words(change.ends_at)}")
    return parts


@dataclass
class Plan:
    """What the import of a file would do, or what is wrong in it."""

    places: Places
    problems: list[Problem] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    awaited: list[Awaited] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    unchanged: int = 0
    missing: list[Membership] = field(default_factory=list)
    not_wanted: list[Invitation] = field(default_factory=list)  # prepared, and missing too
    ignored: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many changes of each kind, and how many people stay as they are."""
        counted = Counter(change.kind for change in self.changes())
        return {kind: counted[kind] for kind in (ARRIVAL, CHANGE, DEPARTURE, DEPARTMENT)} | {
            SAME: self.unchanged
        }

    def changes(self) -> Iterator[Change]:
        """Yield each change in words, departments first, then people by line."""
        for path in self.places.new:
            yield Change(DEPARTMENT, None, " › ".join(path), "service créé")
        people: list[Arrival | Awaited | Update] = [*self.arrivals, *self.awaited, *self.updates]
        for one in sorted(people, key=lambda one: one.person.number):
            yield Change(one.kind, one.person.number, one.person.name, one.words())


def plan_for(organisation: Organisation, table: Table, actor: User | None = None) -> Plan:
    """Return the plan: a few queries, whatever the number of people.

    `actor` imports the file: absent from it or not, they are not among those who may have left.
    """
    read = read_table(table)
    places = Places(DepartmentTree.of(organisation.pk), read.paths)
    known = Known(organisation)
    people, unmanaged = name_managers(
        (replace(person, path=places.full(person.path)) for person in read.people),
        lambda email: [places.path_of(one) for one in known.managed_by(email)],
    )
    problems = [*read.problems, *places.problems, *unmanaged]
    plan = Plan(places, problems=problems, ignored=table.ignored)
    lines: dict[Membership | Invitation, int] = {}
    for person in people:
        found = known.member_at(person.email) or known.invitation_at(person.email)
        if found is None:
            _plan_arrival(plan, person, known.was_here(person.email))
        elif found in lines:
            why = f"C’est la personne de la ligne {lines[found]}, sous une autre adresse."
            plan.problems.append(problem(person.number, "email", person.email, why))
        else:
            lines[found] = person.number
            if isinstance(found, Membership):
                _plan_update(plan, person, found)
            else:
                _plan_awaited(plan, person, found)
    _check_coordination(plan, known.members)
    plan.missing = [
        one
        for one in known.members
        if one not in lines and one.ends_at is None and one.user_id != getattr(actor, "pk", None)
    ]
    plan.not_wanted = [one for one in known.waiting if one not in lines and one.sent_at is None]
    plan.problems.sort(key=lambda problem: problem.line)
    return plan


def _plan_arrival(plan: Plan, person: Person, was_here: bool) -> None:
    ends_at = day_end(person.final_day)
    if ends_at is None or ends_at > timezone.now():
        plan.arrivals.append(Arrival(person, ends_at))
    elif was_here:
        plan.unchanged += 1  # gone, as the file says
    else:
        why = (
            "Cette date est passée, et cette personne n’est pas membre : corrigez la date, ou "
            "retirez la ligne."
        )
        day = last_day_in_words(ends_at)
        plan.problems.append(problem(person.number, "final_day", day, why))


def _plan_awaited(plan: Plan, person: Person, invitation: Invitation) -> None:
    awaited = Awaited(person, invitation)
    names = (person.first_name, person.last_name)
    if names != (invitation.first_name, invitation.last_name):
        awaited.names = names
    if person.path and not _is_there(plan, person.path, invitation.department):
        awaited.path = person.path
    if person.job_title and person.job_title != invitation.job_title:
        awaited.job_title = person.job_title
    manages = Role.Kind.MANAGER in invitation.roles
    if person.manages is not None and person.manages != manages:
        awaited.manages = person.manages
    if ends_at := day_end(person.final_day):
        awaited.leaves = ends_at <= timezone.now()
        if ends_at != invitation.ends_at:
            awaited.ends_at = ends_at
    if awaited.is_empty:
        plan.unchanged += 1
    else:
        plan.awaited.append(awaited)


def _is_there(plan: Plan, path: Path, department: Department | None) -> bool:
    here = plan.places.at(path)
    return here is not None and here == department


def _plan_update(plan: Plan, person: Person, membership: Membership) -> None:
    update = Update(person, membership)
    here = plan.places.at(person.path) if person.path else membership.department
    moves = bool(person.path) and not _is_there(plan, person.path, membership.department)
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
            plan.problems.append(problem(person.number, "final_day", day, why))
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
            day = last_day_in_words(update.ends_at)
            plan.problems.append(problem(update.person.number, "final_day", day, why))
