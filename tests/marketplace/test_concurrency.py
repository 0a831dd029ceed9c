"""Truly at once: two threads, two connections, one winner; on PostgreSQL and on a SQLite file."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import User
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange, Message
from marketplace.refusals import Refused
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.marketplace.factories import ask, published, world


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 4


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
        assert exchange.state in ("confirmed", "declined")
        assert exchange.events.count() == (3 if exchange.state == "confirmed" else 2)


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


@really_concurrent
def test_two_who_agree_at_once_promise_the_only_chair_once() -> None:
    w = world()
    terms = {"unit_value": 20}
    for _ in range(5):
        chair = published(w.nadia, w.metropole, "offer equipment gift", terms=terms)
        asked = [ask(chair, w.odile, w.association), ask(chair, w.paul, w.partner)]
        first, second = (Exchange.objects.for_page().get(pk=one.pk) for one in asked)
        nadia, chloe = (User.objects.get(pk=one.pk) for one in (w.nadia, w.chloe))
        outcomes = at_once(
            lambda one=first, who=nadia: rules.accept(one, who),
            lambda one=second, who=chloe: rules.accept(one, who),
        )
        refused = [one for one in outcomes if isinstance(one, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], Refused), refused
