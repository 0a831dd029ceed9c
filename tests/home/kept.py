"""One intranet, provisioned once and given to every test that asks for it as it was.

Provisioning one takes as long as a test. It is done in a transaction that stays open around the
tests that want it, each of which undoes its own changes to a savepoint within; it is undone before
the first test that does not want it, or that needs transactions of its own.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from accounts.models import Organisation
from tests.home.factories import Intranet, intranet
from tests.sites import first_site

WANTED_AS = "kept_vallees"


class KeptIntranet:
    def __init__(self) -> None:
        self.blocker: Any = None  # once there is a database
        self.wanted = False
        self.atomic: transaction.Atomic | None = None

    def turn_to(self, item: pytest.Item) -> None:
        """Be there for the test that comes, or be gone."""
        names = getattr(item, "fixturenames", ())
        mark = item.get_closest_marker("django_db")
        self.wanted = WANTED_AS in names and not (
            "transactional_db" in names or (mark is not None and mark.kwargs.get("transaction"))
        )
        if self.wanted:
            self.open()
        else:
            self.close()

    def open(self) -> None:
        if self.blocker is None or self.atomic is not None:
            return
        with self.blocker.unblock():
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            first_site()
            intranet("vallees", name="Les Vallées")

    def close(self) -> None:
        if self.blocker is None or self.atomic is None:
            return
        with self.blocker.unblock():
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.atomic = None

    def get(self) -> Intranet:
        """Return it, read anew; provisioned for this test alone where it cannot be kept."""
        if self.atomic is None:
            return intranet("vallees", name="Les Vallées")
        organisation = Organisation.objects.select_related("site").get(slug="vallees")
        return Intranet(organisation, organisation.site)


KEPT = KeptIntranet()
