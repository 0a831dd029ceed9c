"""The directory of a collectivité: only those who chose to appear, only for its own people."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from accounts.directory.links import confirmed_of
from accounts.models import Department, Membership, Organisation, Role
from accounts.organisations.tree import DepartmentTree
from accounts.periods import live_q
from accounts.readers import reader_for
from accounts.words import fold

# What one may be called for is typed as a list: one a line, or between commas.
_BETWEEN_SKILLS = re.compile(r"[\n,;]+")
MOST_SKILLS = 12


@dataclass(frozen=True)
class Entry:
    """A person as the directory shows them: what they would love to do before what they do."""

    membership: Membership
    place: str
    manages: bool = False
    # «Soudure : Woippy», where the person wants it shown.
    confirmed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.membership.user)

    @property
    def wishes(self) -> str:
        return self.membership.user.wishes.strip()

    @property
    def skills(self) -> list[str]:
        return skills_of(self.membership.user.skills)

    @property
    def post(self) -> str:
        """Return the job and where, as far as they are known."""
        return ", ".join(part for part in (self.membership.job_title, self.place) if part)


@dataclass
class Branch:
    """A department of the chart, who of it is in the directory, and what is below."""

    department: Department
    people: list[Entry] = field(default_factory=list)
    children: list[Branch] = field(default_factory=list)


def skills_of(text: str) -> list[str]:
    """Return what one may be called for, each once."""
    parts = (part.strip(" .-–•\r\t") for part in _BETWEEN_SKILLS.split(text))
    return list(dict.fromkeys(part for part in parts if part))[:MOST_SKILLS]


def readable_by(user: Any, here: Organisation | None) -> list[Organisation]:
    """Return the bodies whose directory `user` may open: those they are of; `here` only on the
    host of a collectivité. One query at most."""
    mine = reader_for(user).public_body_ids
    if here is not None:
        return [here] if here.pk in mine else []
    return list(Organisation.objects.open().filter(pk__in=mine)) if mine else []


def listed_in(user: Any, organisation: Organisation) -> QuerySet[Membership]:
    """Return the memberships of the directory that `user` may read; none for who is not of it."""
    found: Any = Membership.objects.in_directory_for(user, organisation)
    return found.select_related("user").order_by()


def found_in(
    user: Any, organisation: Organisation, words: str, departments: set[int] | None
) -> list[int]:
    """Return the ids of the memberships that speak of all the words, by name; one query.

    Words are looked for folded, which no database of ours does alike, in names, jobs, services,
    wishes and skills. `departments`: those only; None for all. The order is that of names, never
    of use. 3,000 people who all appear take a quarter of a second (docs/people.md).
    """
    rows = listed_in(user, organisation)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    parts = fold(words).split()
    texts = ["job_title", "department__name", "user__wishes", "user__skills"] if parts else []
    found = []
    for pk, first, last, *others in rows.values_list(
        "pk", "user__first_name", "user__last_name", *texts
    ):
        first, last = fold(first), fold(last)
        if parts:
            text = f"{first} {last} {fold(' '.join(filter(None, others)))}"
            if not all(part in text for part in parts):
                continue
        found.append((last, first, pk))
    return [pk for _, _, pk in sorted(found)]


def entries_for(ids: list[int], tree: DepartmentTree) -> list[Entry]:
    """Return the entries in the order of `ids`; three queries."""
    memberships = {
        one.pk: one for one in Membership.objects.filter(pk__in=ids).select_related("user")
    }
    managing = managers_among(memberships)
    confirmed = confirmed_of(memberships.values())
    return [
        Entry(
            one,
            tree.path(one.department_id),
            one.pk in managing,
            tuple(confirmed.get(one.pk, ())),
        )
        for one in (memberships[pk] for pk in ids if pk in memberships)
    ]


def managers_among(ids: Any) -> set[int]:
    """Return the ids of the memberships that manage a team today; one query."""
    roles = Role.objects.filter(live_q(), kind=Role.Kind.MANAGER, membership__in=list(ids))
    return set(roles.order_by().values_list("membership_id", flat=True))


def chart_of(
    user: Any, organisation: Organisation, tree: DepartmentTree
) -> tuple[list[Branch], list[Entry]]:
    """Return the chart with the people of each department, and those without one; two queries.

    Who manages comes first in their department, then by name.
    """
    memberships = list(listed_in(user, organisation))
    managing = managers_among(one.pk for one in memberships)
    by_place: dict[int | None, list[Entry]] = defaultdict(list)
    for one in memberships:
        by_place[one.department_id].append(Entry(one, "", one.pk in managing))
    for people in by_place.values():
        people.sort(
            key=lambda one: (
                not one.manages,
                fold(one.membership.user.last_name),
                fold(one.membership.user.first_name),
                one.membership.pk,
            )
        )

    def branches(top: int | None) -> list[Branch]:
        return [Branch(one, by_place[one.pk], branches(one.pk)) for one in tree.children(top)]

    return branches(None), by_place[None]
