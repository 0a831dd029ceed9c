"""How long things are kept: the choices of public bodies, and which one holds for what is shared.

What two public bodies share (a person, an exchange) follows the longer of their two rules: erasing
it under the shorter one would take it from the other, which told its people that it is kept. At
equal durations the older organisation counts it, so that nothing is counted twice. Associations
choose nothing: they follow the public body that they deal with, else the defaults.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organisation, RetentionChoice, User
from accounts.personal_data import registry
from accounts.personal_data.registry import BODIES, EVERYBODY, PLATFORM, Retention


def kinds_of(organisation: Organisation | None) -> list[Retention]:
    """Return the kinds that exist for a public body, or for None (what belongs to no body)."""
    wanted = (BODIES, EVERYBODY) if organisation is not None else (EVERYBODY, PLATFORM)
    return [kind for kind in registry.retentions() if kind.held_by in wanted]


def months_kept(organisation: Organisation | None) -> dict[str, int]:
    """Return how many months each kind is kept, by key; one query at most.

    A choice that a newer version no longer allows is brought back within the bounds.
    """
    chosen: dict[str, int] = {}
    if organisation is not None:
        rows = RetentionChoice.objects.filter(organisation=organisation)
        chosen = dict(rows.order_by().values_list("key", "months"))
    return {
        kind.key: min(
            max(chosen.get(kind.key, kind.default_months), kind.least_months), kind.most_months
        )
        for kind in kinds_of(organisation)
    }


@transaction.atomic
def choose(organisation: Organisation, by: User, months: dict[str, int]) -> None:
    """Record how long a public body keeps these kinds.

    Raises ValueError when a duration is out of its bounds: forms say it in words first.
    """
    for key, number in months.items():
        kind = registry.retention(key)
        if not kind.least_months <= number <= kind.most_months:
            raise ValueError(f"{key}: {number} months is out of the bounds")
        RetentionChoice.objects.update_or_create(
            organisation=organisation,
            key=key,
            defaults={"months": number, "changed_by": by, "changed_at": timezone.now()},
        )


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same local hour `months` earlier; the last day of the month if it is shorter."""
    local = timezone.localtime(moment)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    naive = local.replace(year=year, month=month + 1, day=day, tzinfo=None)
    return timezone.make_aware(naive)


def public_bodies() -> QuerySet[Organisation]:
    """Return those whose own rules the purge follows, closed ones included."""
    return Organisation.objects.public_bodies().order_by("pk")


def bodies_before(organisation: Organisation, key: str) -> QuerySet[Any]:
    """Return the ids of the public bodies whose rule holds before that of `organisation`."""
    kind = registry.retention(key)
    mine = months_kept(organisation)[key]
    chosen = RetentionChoice.objects.filter(organisation=OuterRef("pk"), key=key)
    bodies = public_bodies().annotate(
        months=Coalesce(Subquery(chosen.values("months")[:1]), Value(kind.default_months))
    )
    longer = Q(months__gt=mine) | Q(months=mine, pk__lt=organisation.pk)
    return bodies.filter(longer).order_by().values("pk")


def held_by(
    rows: QuerySet[Any], organisation: Organisation | None, key: str, *paths: str
) -> QuerySet[Any]:
    """Return the rows that follow the rule of `organisation` (None: of no public body).

    `paths` lead from a row to the organisations that share it: `giver`, `receiver`.
    """
    if organisation is None:
        bodies = public_bodies().order_by().values("pk")
        for path in paths:
            rows = rows.exclude(**{f"{path}__in": bodies})
        return rows
    mine = Q()
    for path in paths:
        mine |= Q(**{path: organisation})
    rows = rows.filter(mine)
    for path in paths:
        rows = rows.exclude(**{f"{path}__in": bodies_before(organisation, key)})
    return rows


def in_words(months: int) -> str:
    """Return «12 mois», «2 ans», «18 mois»."""
    if months >= 24 and months % 12 == 0:
        return f"{months // 12}\u00a0ans"
    return f"{months}\u00a0mois"
