"""Eight processes at once on the same resources: nobody is given what somebody else has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from marketplace.booking.models import Allocation, Resource
from marketplace.booking.usage import usage_of
from tests.concurrency import only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.marketplace.booking.factories import again, bikes, chairs, next_monday

PROCESSES = 8
# SQLite writes one at a time, and asks the disk each time.
ATTEMPTS = 4_000 if connection.vendor == "postgresql" else 1_000

OVERLAPS = """
    SELECT COUNT(*) FROM marketplace_allocation a JOIN marketplace_allocation b
    ON a.unit_id = b.unit_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    WHERE a.state <> 'released' AND b.state <> 'released'
"""
# What is taken only ever rises where something starts: no other moment can be the fullest.
BEYOND = """
    SELECT COUNT(*) FROM marketplace_allocation a WHERE a.state <> 'released' AND (
        SELECT SUM(b.quantity) FROM marketplace_allocation b
        WHERE b.resource_id = a.resource_id AND b.state <> 'released'
        AND b.starts_at <= a.starts_at AND b.ends_at > a.starts_at
    ) > (
        SELECT CASE WHEN r.kind = 'bulk' THEN r.quantity ELSE
            (SELECT COUNT(*) FROM marketplace_unit u WHERE u.resource_id = r.id) END
        FROM marketplace_resource r WHERE r.id = a.resource_id
    )
"""


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 2


def hammer(how: str, attempts: int) -> list[dict]:
    """Run the processes together on this very database; returns what each says."""
    arguments = [str(attempts // PROCESSES), next_monday().isoformat(), how]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.marketplace.booking.hammer", str(seed), *arguments],
            env=os.environ | {"DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    ended = [process.communicate(timeout=400) for process in running]
    assert not any(process.returncode for process in running), [err[-2000:] for _, err in ended]
    return [json.loads(out) for out, _ in ended]


def database_url() -> str:
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    return f"postgres://{who}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@really_concurrent
def test_nobody_is_given_what_another_has_and_nothing_that_fits_is_refused() -> None:
    bikes(3), chairs(5), chairs(3)
    said = hammer("keep", ATTEMPTS)
    assert not [error for one in said for error in one["errors"]]
    assert (count(OVERLAPS), count(BEYOND)) == (0, 0)
    assert Allocation.objects.count() >= sum(one["given"] for one in said) > 50
    refused = [tuple(wanted) for one in said for wanted in one["refused"]]
    assert len(refused) > ATTEMPTS / 2, "they did contend"
    for resource in Resource.objects.for_calendar():
        for pk, starts, ends, quantity in refused:
            if pk == resource.pk:
                period = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
                assert usage_of(again(resource), *period).free(*period) < quantity


@really_concurrent
def test_what_is_given_back_meanwhile_is_given_to_one_only() -> None:
    bikes(3), chairs(3)
    said = hammer("release", ATTEMPTS // 4)
    assert not [error for one in said for error in one["errors"]]
    assert (count(OVERLAPS), count(BEYOND)) == (0, 0)
    assert Allocation.objects.filter(state="released").exists()
