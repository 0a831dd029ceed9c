"""Truly at once: two threads, two connections, one winner; on PostgreSQL and on a SQLite file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange, Message
from marketplace.refusals import Refused
from tests.marketplace.factories import ask, published, world

IN_MEMORY = "sqlite://:memory:"


def really_concurrent(test: Callable[[], None]) -> Callable[[], None]:
    """Mark a test that needs real transactions: an in-memory SQLite is one connection."""
    in_memory = os.environ.get("DATABASE_URL", IN_MEMORY) == IN_MEMORY
    skip = pytest.mark.skipif(in_memory, reason="run by test_all_this_on_a_sqlite_file")
    return skip(pytest.mark.django_db(transaction=True)(test))


@pytest.mark.skipif(
    os.environ.get("DATABASE_URL", IN_MEMORY) != IN_MEMORY,
    reason="this very run is on a real database",
)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    environ = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/concurrent.sqlite3"}
    environ = {name: value for name, value in environ.items() if "XDIST" not in name}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", __file__, "-rp", "--create-db", "-p", "no:cacheprovider"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    assert run.stdout.count("PASSED") == 3, run.stdout[-1000:]


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Run the actions in as many threads, released together; returns results or refusals."""
    barrier = threading.Barrier(len(actions))
    outcomes: list[object] = [None] * len(actions)

    def run(place: int, action: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
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


@really_concurrent
def test_accept_and_decline_at_once_leave_one_winner() -> None:
    w = world()
    for _ in range(5):
        exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
        nadia, chloe = (User.objects.get(pk=one.pk) for one in (w.nadia, w.chloe))
        mine, hers = (Exchange.objects.get(pk=exchange.pk) for _ in range(2))
        outcomes = at_once(
            lambda mine=mine, who=nadia: rules.accept(mine, who),
            lambda hers=hers, who=chloe: rules.decline(hers, who, "taken"),
        )
        refused = [one for one in outcomes if isinstance(one, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], Refused), refused
        exchange.refresh_from_db()
        assert exchange.state in ("agreed", "declined")
        assert exchange.events.count() == 2


@really_concurrent
def test_eight_clicks_at_once_make_one_request() -> None:
    w = world()
    listing = published(w.nadia, w.metropole)
    people = [User.objects.get(pk=w.odile.pk) for _ in range(8)]
    outcomes = at_once(*(lambda who=who: ask(listing, who, w.association) for who in people))
    made = [one for one in outcomes if isinstance(one, Exchange)]
    refused = [one for one in outcomes if not isinstance(one, Exchange)]
    assert len(made) == 1
    assert all(isinstance(one, rules.AlreadyAsked) for one in refused), refused
    assert (Exchange.objects.count(), Message.objects.count()) == (1, 1)


@really_concurrent
def test_a_pause_and_a_request_at_once_end_in_one_order_or_the_other() -> None:
    w = world()
    for _ in range(5):
        listing = published(w.nadia, w.metropole)
        same = Listing.objects.select_related("organisation").get(pk=listing.pk)
        nadia, odile = (User.objects.get(pk=one.pk) for one in (w.nadia, w.odile))
        outcomes = at_once(
            lambda one=same, who=nadia: listing_rules.pause(one, who),
            lambda one=listing, who=odile: ask(one, who, w.association),
        )
        assert not isinstance(outcomes[0], Exception), outcomes
        assert isinstance(outcomes[1], Exchange | Refused), outcomes
        listing.refresh_from_db()
        assert listing.state == "paused"
