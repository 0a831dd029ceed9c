"""The path of an exchange as both sides read it, with what each capability adds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from marketplace.exchanges import rules, timeline
from marketplace.exchanges.models import Exchange
from tests.factories import UserFactory, join
from tests.marketplace.factories import World, ask, published

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch, w: World) -> None:
    """Have a capability that adds one line to each exchange, by an agent of the métropole."""
    monkeypatch.setattr(timeline, "_sources", dict(timeline._sources))

    @timeline.add
    def weighed(exchanges: Collection[Exchange], viewer: Any) -> list[timeline.Entry]:
        later = timezone.now() + timedelta(hours=1)
        return [
            timeline.Entry(one.pk, later, "Matériel pesé", w.karim, w.metropole, "12 kg.")
            for one in exchanges
        ]


def test_both_sides_read_the_same_steps_each_with_the_names_it_may_read(
    w: World, one_more: None
) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    giver = timeline.steps(exchange, w.nadia)
    receiver = timeline.steps(exchange, w.odile)
    assert [one["state"] for one in giver] == [one["state"] for one in receiver]
    assert giver[0]["title"] == "Lire en Moselle a demandé ce prêt"
    assert receiver[0]["title"] == "Vous avez demandé ce prêt"
    assert (giver[1]["title"], giver[1]["state"]) == ("Matériel pesé", "done")
    assert "Karim Aziz" in giver[1]["detail"]
    assert "12 kg." in giver[1]["detail"]
    assert "Karim" not in receiver[1]["detail"]


def test_a_request_that_stops_at_midnight_stops_the_day_before(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    exchange.expires_at = datetime(2026, 12, 11, tzinfo=PARIS)
    now = next(one for one in timeline.steps(exchange, w.nadia) if one["state"] == "now")
    assert "10 décembre" in now["detail"]


def test_what_was_declined_has_no_next_step(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    rules.decline(exchange, w.nadia, "not_now")
    last = timeline.steps(exchange, w.odile)[-1]
    assert (last["title"], last["state"]) == ("Demande déclinée", "stopped")
    assert "Ce n’est pas possible en ce moment" in last["detail"]


def test_a_capability_says_better_what_is_going_on(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "_now_words", {})
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    timeline.say_now(lambda one, viewer: None)
    timeline.say_now(lambda one, viewer: ("On pèse le matériel", "Jusqu’à midi."))
    now = next(one for one in timeline.steps(exchange, w.odile) if one["state"] == "now")
    assert (now["title"], now["detail"]) == ("On pèse le matériel", "Jusqu’à midi.")


def test_as_many_queries_for_many_as_for_one(
    w: World, one_more: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    listing = published(w.nadia, w.metropole)
    for _ in range(6):
        volunteer = UserFactory()
        join(volunteer, w.association, "agent")
        ask(listing, volunteer, w.association)
    found = list(Exchange.objects.visible_to(w.nadia).for_page())
    timeline.steps_of(found[:1], w.nadia)  # what the reader may see is kept on the person
    with django_assert_max_num_queries(20) as few:
        timeline.steps_of(found[:1], w.nadia)
    with django_assert_max_num_queries(len(few)):
        assert len(timeline.steps_of(found, w.nadia)) == 6
