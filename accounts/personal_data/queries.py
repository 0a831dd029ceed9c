"""What is kept and how long, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Membership, Organisation, PurgeCount
from accounts.personal_data import registry
from accounts.personal_data.durations import in_words, kinds_of, months_kept

LINES = 60


@dataclass(frozen=True)
class KeptKind:
    """One line of the table: what, how long, from when, why."""

    label: str
    kept: str
    counted_from: str
    why: str


def retention_table(organisation: Organisation | None) -> list[KeptKind]:
    """Return what a public body keeps and how long, as it is in force now; one query.

    None (and associations) get the defaults, with what is the platform's own.
    """
    body = organisation if organisation is not None and organisation.is_public_body else None
    months = months_kept(body)
    chosen = [
        KeptKind(kind.label, in_words(months[kind.key]), kind.counted_from, kind.why)
        for kind in kinds_of(body)
    ]
    return [*chosen, *fixed_lines()]


def fixed_lines() -> list[KeptKind]:
    """Return the kinds whose duration nobody sets."""
    return [
        KeptKind(kind.label, kind.kept, kind.counted_from, kind.why)
        for kind in registry.fixed_kinds()
    ]


def bodies_of(user: Any) -> list[Organisation]:
    """Return the public bodies to which `user` belongs today, by name."""
    live = Membership.objects.live().filter(user=user).values("organisation")
    return list(Organisation.objects.open().public_bodies().filter(pk__in=live))


def purge_log(organisation: Organisation) -> list[PurgeCount]:
    """Return what the latest purges erased for `organisation`: counts only, one query."""
    labels = {kind.key: kind.label for kind in registry.retentions()}
    counts = list(
        PurgeCount.objects.filter(organisation=organisation).select_related("purge")[:LINES]
    )
    for line in counts:
        line.label = labels.get(line.key, line.key)  # type: ignore[attr-defined]
    return counts
