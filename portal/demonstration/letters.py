"""The Monday letter of each coordination, as it was written this week."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from marketplace.insight import monday


def load_letters() -> Iterator[str]:
    """Write this week's letters that are missing; yields how many."""
    _, begins = monday.monday_of(timezone.now())
    yield str(monday.write_due(begins))
