"""Intranets provisioned once and given, as they were, to every test that asks for them.

Provisioning one takes as long as a test. Each is made in a transaction that stays open around the
tests that want it, within that of the one below it; a test undoes its own changes to a savepoint
within them all. One is undone before the first test that does not want it, or that needs
transactions of its own: what comes next is the same whatever came before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Organisation
from tests.home.canary import canary_intranet
from tests.home.factories import Intranet, intranet
from tests.sites import first_site


@dataclass(frozen=True)
class Kind:
    """What may be kept: the slug it is read anew by, how it is made, and what it stands on."""

    slug: str
    build: Callable[[], Intranet]
    on: tuple[str, ...] = ()


# By the name of the fixture that asks for it.
KINDS = {
    "kept_vallees": Kind("vallees", lambda: intranet("vallees", name="Les Vallées")),
    "kept_dunes": Kind("dunes", lambda: intranet("dunes", name="Les Dunes"), on=("kept_vallees",)),
    "kept_canary": Kind("zarbidunes", canary_intranet, on=("kept_vallees",)),
}


class Kept:
    def __init__(self) -> None:
        self.blocker: Any = None  # once there is a database
        self.wanted: list[str] = []
        self.open: list[tuple[str, transaction.Atomic]] = []

    def turn_to(self, item: pytest.Item) -> None:
        """Have what the test that comes wants, and nothing else."""
        names = getattr(item, "fixturenames", ())
        mark = item.get_closest_marker("django_db")
        own = "transactional_db" in names or (mark is not None and mark.kwargs.get("transaction"))
        self.wanted = []
        for name in () if own else [name for name in KINDS if name in names]:
            self.wanted += [one for one in (*KINDS[name].on, name) if one not in self.wanted]
        self.arrange()

    def arrange(self) -> None:
        """Undo what is not wanted, from the top, then make what is missing."""
        if self.blocker is None:
            return
        with self.blocker.unblock():
            while [name for name, _ in self.open] != self.wanted[: len(self.open)]:
                transaction.set_rollback(True)
                self.open.pop()[1].__exit__(None, None, None)
            for name in self.wanted[len(self.open) :]:
                atomic = transaction.atomic()
                atomic.__enter__()
                self.open.append((name, atomic))
                first_site()
                KINDS[name].build()

    def close(self) -> None:
        self.wanted = []
        self.arrange()

    def get(self, name: str) -> Intranet:
        """Return it, read anew; provisioned for this test alone where it cannot be kept."""
        kind = KINDS[name]
        if name not in dict(self.open):
            return kind.build()
        organisation = Organisation.objects.select_related("site").get(slug=kind.slug)
        return Intranet(organisation, organisation.site)


KEPT = Kept()
