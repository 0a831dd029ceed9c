"""No illegal path, whatever people do in whatever order; and each transition is one event."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue import transitions as listing_path
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState, ListingState
from marketplace.exchanges import rules, transitions
from marketplace.exchanges.handover import rules as handing_over
from marketplace.exchanges.handover.models import HandOver
from marketplace.exchanges.handover.queries import is_out
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.interrupting import rules as stopping
from marketplace.exchanges.interrupting.rules import Stop
from marketplace.exchanges.mediation import rules as mediating
from marketplace.exchanges.mediation.models import Mediation
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording import rules as recording
from marketplace.exchanges.recording.models import Record
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import bikes
from tests.marketplace.factories import World, ask, decision, draft, facts, published, skill

ONE_WORLD = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

LISTING_VERBS: dict[str, Callable] = {
    "publish": listing_rules.publish,
    "approve": listing_rules.approve,
    "send_back": lambda one, who: listing_rules.send_back(one, who, "À revoir."),
    "withdraw": lambda one, who: listing_rules.withdraw(one, who, "Non."),
    "pause": listing_rules.pause,
    "resume": listing_rules.resume,
    "archive": listing_rules.archive,
    "to_public": lambda one, who: listing_rules.save(one, who, {"scope": "public"}),
    "to_members": lambda one, who: listing_rules.save(one, who, {"scope": "verified"}),
}
EXCHANGE_VERBS: dict[str, Callable] = {
    "accept": rules.accept,
    "decline": lambda one, who: rules.decline(one, who, "not_now"),
    "cancel": lambda one, who: rules.cancel(one, who, "Un empêchement."),
    "write": lambda one, who: rules.write(one, who, "Bonjour."),
    "decision": lambda one, who: rules.add_decision(one, who, decision()),
    "begin": lambda one, who: _begin(one),
    "stop": lambda one, who: stopping.stop(one, who, Stop("safety")),
    "announce": lambda one, who: stopping.stop(one, who, Stop("no_need", "", in_a_month())),
    "take_back": lambda one, who: stopping.take_back(one, who),
    "mediation": lambda one, who: mediating.ask(one, who, "Écoutez-nous."),
    "take": lambda one, who: mediating.take(_mediation(one), who),
    "settle": lambda one, who: mediating.settle(_mediation(one), who, "resumed", "On reprend."),
    "end": lambda one, who: mediating.settle(_mediation(one), who, "interrupted", "On arrête."),
    "leave": lambda one, who: handing_over.record(one, who, "leaving", State()),
    "return": lambda one, who: handing_over.record(one, who, "return", State()),
    "agree": lambda one, who: handing_over.answer(_waiting(one), who),
    "say": lambda one, who: recording.say(one, who, facts(one), seen=_number(one)),
    "confirm": lambda one, who: recording.confirm(one, who, seen=_number(one)),
    "weeks_pass": lambda one, who: recording.settle_due(timezone.now() + timedelta(days=15)),
}


def _begin(exchange: Exchange) -> None:
    """Let what is agreed begin, as the hand-over does."""
    for to in (ExchangeState.CONFIRMED, ExchangeState.UNDER_WAY):
        if to in transitions.TRANSITIONS[exchange.state]:
            transitions.move(exchange, to, actor=None, acting_for=None)


def _waiting(exchange: Exchange) -> HandOver:
    found = exchange.hand_overs.filter(waits_for_answer=True, answer="").first()
    if found is None:
        raise Refused("rien")
    return found


def _number(exchange: Exchange) -> int:
    last = recording.current(exchange)
    return last.number if last else 0


def _mediation(exchange: Exchange) -> Mediation:
    found = Mediation.objects.filter(exchange=exchange).for_page().order_by("-pk").first()
    if found is None:
        raise Refused("aucune")
    return found


def in_a_month() -> date:
    return timezone.localdate() + timedelta(days=30)


PEOPLE = ("nadia", "karim", "chloe", "odile", "paul", "staff")


def test_the_tables_know_every_state_and_nothing_else() -> None:
    assert set(listing_path.TRANSITIONS) == set(ListingState.values)
    assert set(transitions.TRANSITIONS) == set(ExchangeState.values)
    for table in (listing_path.TRANSITIONS, transitions.TRANSITIONS):
        assert all(following <= set(table) for following in table.values())


@ONE_WORLD
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(LISTING_VERBS)), st.sampled_from(PEOPLE)), max_size=12
    )
)
def test_a_listing_follows_its_table(w: World, steps: list[tuple[str, str]]) -> None:
    listing = draft(w.nadia, w.metropole)
    for verb, who in steps:
        current = Listing.objects.select_related("organisation").get(pk=listing.pk)
        with suppress(Refused):
            LISTING_VERBS[verb](current, getattr(w, who))
    listing.refresh_from_db()
    path = list(listing.events.values_list("from_state", "to_state"))
    assert path[0] == ("", "draft")
    for (_, before), (origin, to) in pairwise(path):
        assert origin == before
        assert to in listing_path.TRANSITIONS[origin]
    assert path[-1][1] == listing.state


@ONE_WORLD
@given(
    kind=st.sampled_from(["loan", "of_a_calendar", "working", "own"]),
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(EXCHANGE_VERBS)), st.sampled_from(PEOPLE)), max_size=14
    ),
)
def test_an_exchange_follows_its_table(w: World, kind: str, steps: list[tuple[str, str]]) -> None:
    exchange = _asked(w, kind)
    for verb, who in steps:
        current = Exchange.objects.for_page().get(pk=exchange.pk)
        with suppress(Refused):
            EXCHANGE_VERBS[verb](current, getattr(w, who))
    exchange.refresh_from_db()
    path = list(exchange.events.values_list("from_state", "to_state"))
    assert path[0][0] == ""
    assert path[0][1] in transitions.STARTS
    for (_, before), (origin, to) in pairwise(path):
        assert origin == before
        assert to in transitions.TRANSITIONS[origin]
    assert path[-1][1] == exchange.state
    if exchange.state in ("agreed", "confirmed"):
        assert exchange.contact_accepted_at is not None
        assert kind != "working" or exchange.decision
    if exchange.state == "declined":
        assert exchange.reason
    _check_things_and_facts(exchange)
    # Whoever is listened to is in mediation, and the other way round.
    open_ones = Mediation.objects.open().filter(exchange=exchange)
    assert open_ones.exists() == (exchange.state == "disputed")


def _asked(w: World, kind: str) -> Exchange:
    """Return what Odile asks Nadia for: a thing, one that has a calendar, or some of her time."""
    if kind not in ("loan", "of_a_calendar"):
        return ask(skill(w.nadia, w.metropole, whose_time=kind), w.odile, w.association)
    listing = published(w.nadia, w.metropole)
    if kind == "loan":
        return ask(listing, w.odile, w.association)
    Listing.objects.filter(pk=listing.pk).update(resource=bikes(1))
    listing.refresh_from_db()
    now = timezone.now().replace(microsecond=0)
    until = now + timedelta(days=45)
    return ask(listing, w.odile, w.association, wanted_from=now, wanted_until=until)


def _check_things_and_facts(exchange: Exchange) -> None:
    """What is out is nobody else's, what was never taken is free, and facts are of both sides."""
    taken = exchange.allocations.live().filter(returns_at__gt=timezone.now())
    if is_out(exchange):
        assert exchange.state in ("under_way", "disputed", "interrupted")
        assert exchange.resource_id is None or taken.exists()
    elif exchange.state in transitions.LETS_GO:
        assert not taken.exists()
    record = recording.current(exchange)
    if record is not None and record.state == Record.State.CONFIRMED:
        assert record.said_by_id != record.confirmed_by_id
        returned = exchange.hand_overs.filter(moment="return").exclude(
            waits_for_answer=True, answer=""
        )
        if exchange.transfer == "loan" and exchange.state == "under_way":
            assert not returned.exists()  # nothing more is waited for


@pytest.mark.parametrize("state", ExchangeState.values)
def test_what_is_ended_never_moves_again(w: World, state: str) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    Exchange.objects.filter(pk=exchange.pk).update(state=state, reason="Une raison.")
    exchange.refresh_from_db()
    for to in ExchangeState.values:
        if to not in transitions.TRANSITIONS[state]:
            with pytest.raises(Refused):
                transitions.move(exchange, to, actor=w.nadia, acting_for=w.metropole)
    assert exchange.events.count() == 1
