"""What is agreed is confirmed by itself, at once or when the last thing missing arrives."""

from __future__ import annotations

import pytest

from accounts.models import Notice, User
from accounts.todos.registry import MINE, todos_for
from marketplace.exchanges import policy, rules, timeline
from marketplace.exchanges.confirming import confirm_due, confirm_when_ready
from marketplace.exchanges.models import Exchange
from tests.marketplace.factories import World, ask, published, skill

MISSING = "L’accord de l’encadrement."


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make every exchange lack something until the list is emptied."""
    missing = [MISSING]
    monkeypatch.setattr(policy, "missing_to_confirm", lambda exchange: missing)
    monkeypatch.setattr("marketplace.exchanges.telling.missing_to_confirm", lambda one: missing)
    return missing


def agreed(w: World) -> Exchange:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    Notice.objects.all().delete()
    return rules.accept(exchange, w.nadia)


def told(person: User) -> list[str]:
    return list(
        Notice.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True)
    )


@pytest.mark.parametrize("kind", ["offer equipment loan", "offer premises hosting"])
def test_a_loan_or_a_place_is_confirmed_by_the_yes(w: World, kind: str) -> None:
    exchange = rules.accept(
        ask(published(w.nadia, w.metropole, kind), w.odile, w.association), w.nadia
    )
    assert exchange.state == "confirmed"
    assert list(exchange.events.values_list("to_state", flat=True)) == [
        "proposed",
        "agreed",
        "confirmed",
    ]
    assert exchange.events.last().actor is None


def test_own_time_is_too_once_people_have_met(w: World) -> None:
    exchange = ask(skill(w.nadia, w.metropole, "own"), w.odile, w.association)
    rules.accept(exchange, w.nadia)
    assert exchange.state == "proposed"
    assert rules.accept(exchange, w.nadia).state == "confirmed"


def test_one_notice_says_both(w: World) -> None:
    exchange = agreed(w)
    assert told(w.odile) == ["exchange_accepted"]
    assert [todo.kind for todo in todos_for(w.odile, MINE)] == ["exchange_agreed"]
    steps = timeline.steps(exchange, w.odile)
    assert [step["title"] for step in steps if step["state"] == "now"] == ["Convenir de la remise"]


def test_what_lacks_something_waits_and_says_what(w: World, lacking: list[str]) -> None:
    exchange = agreed(w)
    assert exchange.state == "agreed"
    assert MISSING in Notice.objects.get(recipient=w.odile).body
    assert not confirm_when_ready(exchange)
    lacking.clear()
    assert confirm_when_ready(exchange, w.nadia)
    assert not confirm_when_ready(exchange, w.nadia)
    assert (exchange.state, exchange.events.last().actor) == ("confirmed", w.nadia)
    assert told(w.odile) == ["exchange_accepted", "exchange_confirmed"]
    assert told(w.nadia) == []


def test_the_passing_of_time_confirms_what_became_ready_once(w: World, lacking: list[str]) -> None:
    exchange = agreed(w)
    assert confirm_due() == 0
    lacking.clear()
    assert confirm_due() == 1
    assert confirm_due() == 0
    exchange.refresh_from_db()
    assert exchange.state == "confirmed"
    assert told(w.nadia) == ["exchange_confirmed"]


def test_of_two_who_bring_the_last_thing_one_confirms(w: World, lacking: list[str]) -> None:
    exchange = agreed(w)
    same = Exchange.objects.get(pk=exchange.pk)
    lacking.clear()
    assert confirm_when_ready(exchange, w.nadia)
    assert not confirm_when_ready(same, w.odile)
    assert exchange.events.filter(to_state="confirmed").count() == 1
