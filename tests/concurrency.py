"""Doing things truly at once: threads with connections of their own, on a database that commits."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

IN_MEMORY = "sqlite://:memory:"
IS_IN_MEMORY = os.environ.get("DATABASE_URL", IN_MEMORY) == IN_MEMORY

only_in_memory = pytest.mark.skipif(not IS_IN_MEMORY, reason="this very run is on a real database")


def really_concurrent(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs real transactions: an in-memory SQLite is one connection."""
    skip = pytest.mark.skipif(IS_IN_MEMORY, reason="run by test_all_this_on_a_sqlite_file")
    return skip(pytest.mark.django_db(transaction=True)(test))


def run_on_a_sqlite_file(test_file: str, folder: Path) -> int:
    """Run the tests of a file in a process of their own, whose database is a file; returns how
    many passed, and fails when one does not. Needs a database, outside any transaction."""
    database = folder / "concurrent.sqlite3"
    # Migrating takes longer than the tests: what this process has migrated is copied.
    with closing(sqlite3.connect(f"{database}.test")) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    environ = os.environ | {"DATABASE_URL": f"sqlite:///{database}"}
    environ = {name: value for name, value in environ.items() if "XDIST" not in name}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", test_file, "-rp", "--reuse-db", "-p", "no:cacheprovider"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    return run.stdout.count("PASSED")


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run the actions in as many threads, released together; returns results or refusals."""
    barrier = threading.Barrier(len(actions))
    outcomes: list[Any] = [None] * len(actions)

    def run(place: int, action: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=60)
            outcomes[place] = action()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
