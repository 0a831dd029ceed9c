"""One process that asks for resources, again and again, against seven others.

    python -m tests.marketplace.booking.hammer SEED ATTEMPTS FIRST_DAY release|keep

Prints one JSON line: how many were given, what was refused for want of room, and what went wrong.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, timedelta
from typing import Any

import django


def main(seed: int, attempts: int, first_day: date, releases: bool) -> dict[str, Any]:
    from django.db import OperationalError, connection

    from marketplace.booking import rules
    from marketplace.booking.models import Resource
    from marketplace.booking.rules import NotFree, Period
    from tests.marketplace.booking.factories import at

    if connection.vendor == "sqlite":
        # Its writers do not queue in order: where two processors run eight processes and more, one
        # of them may wait for longer than the 20 s after which a person is told to try again.
        connection.settings_dict["OPTIONS"]["timeout"] = 180
    rng = random.Random(seed)  # noqa: S311 (the same requests again for the same seed)
    resources = list(Resource.objects.order_by("pk"))
    origin = at(first_day)
    mine: list[list] = []
    given, refused, errors = 0, [], []
    for _ in range(attempts):
        if releases and mine and rng.random() < 0.3:
            rules.release(mine.pop(rng.randrange(len(mine))))
        resource = rng.choice(resources)
        start = origin + timedelta(hours=rng.randrange(24 * 4))
        wanted = Period(start, start + timedelta(hours=rng.randint(1, 8)), rng.randint(1, 3))
        try:
            mine.append(rules.book(resource, wanted, None))
            given += 1
        except NotFree:
            refused.append(
                [resource.pk, wanted.starts.isoformat(), wanted.ends.isoformat(), wanted.quantity]
            )
        except OperationalError as error:
            errors.append(repr(error))
    return {"given": given, "refused": refused, "errors": errors}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    said = main(
        int(sys.argv[1]),
        int(sys.argv[2]),
        date.fromisoformat(sys.argv[3]),
        sys.argv[4] == "release",
    )
    sys.stdout.write(json.dumps(said))
