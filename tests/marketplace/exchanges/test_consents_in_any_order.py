"""Whatever people and the clock do, in whatever order: no illegal path, no yes that nobody gave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Notice, Role, User
from marketplace.exchanges import policy
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.consents import asking, due, rules
from marketplace.exchanges.consents.models import Consent, TacitConsent
from marketplace.refusals import Refused
from tests.marketplace.exchanges.team import Team, agreed, stands_in, team
from tests.marketplace.factories import World

SOON = timedelta(days=25)
VERBS: dict[str, Callable[[Consent, User], object]] = {
    "yes": rules.agree,
    "no": lambda one, who: rules.refuse(one, who, "busy"),
    "talk": rules.talk,
    "dates": lambda one, who: rules.propose_dates(
        one, who, timezone.now() + SOON, timezone.now() + SOON + timedelta(hours=3)
    ),
    "take_dates": rules.take_dates,
    "withdraw": lambda one, who: rules.withdraw(one, who, "Un empêchement."),
    "ask_next": asking.ask_next,
    "ask_again": asking.ask_again,
    "remind": due.remind,
    "cover": lambda one, who: rules.say_cover(one, who, "Karim"),
    "cancel": lambda one, who: exchange_rules.cancel(one.exchange, who, "Un empêchement."),
    "days_pass": lambda one, who: due.settle_due(timezone.now() + timedelta(days=6)),
    "weeks_pass": lambda one, who: due.settle_due(timezone.now() + timedelta(days=21)),
}
PEOPLE = ("nadia", "thomas", "helene", "bruno", "karim", "chloe", "paul", "odile")


@pytest.fixture
def t(w: World) -> Team:
    return team(w)


def test_the_table_knows_every_state_and_nothing_else() -> None:
    assert set(rules.TRANSITIONS) == set(Consent.State.values)
    assert all(following <= set(rules.TRANSITIONS) for following in rules.TRANSITIONS.values())


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    to=st.sampled_from(["partner", "association"]),
    away=st.booleans(),
    steps=st.lists(
        st.tuples(
            st.sampled_from(sorted(VERBS)),
            st.sampled_from(PEOPLE),
            st.sampled_from(["agent", "home_manager", "host_manager"]),
        ),
        max_size=9,
    ),
)
def test_consents_follow_their_table(
    w: World, t: Team, to: str, away: bool, steps: list[tuple[str, str, str]]
) -> None:
    TacitConsent.objects.get_or_create(organisation=w.metropole, defaults={"days": 3})
    Role.objects.filter(deputy_for__isnull=False).delete()
    if away:
        stands_in(t.thomas, w.karim)
    exchange = agreed(w, to=to)
    Notice.objects.filter(kind="consent_asked").update(sent_at=timezone.now())
    for verb, who, kind in steps:
        rows = Consent.objects.for_page().filter(exchange=exchange, kind=kind)
        one = rows.order_by("-pk").first()
        person = getattr(t, who, None) or getattr(w, who)
        if one is not None:
            with suppress(Refused):
                VERBS[verb](one, User.objects.get(pk=person.pk))
    exchange.refresh_from_db()
    if exchange.state == "confirmed":
        assert policy.missing_to_confirm(exchange) == []
    if exchange.state == "agreed":
        assert policy.missing_to_confirm(exchange) != []
    for consent in exchange.consents.all():
        answers = list(consent.events.filter(what__in=Consent.State.values))
        path = [event.what for event in answers]
        before = "asked" if path[0] == "asked" else "given"
        assert path[0] in ("asked", "given")
        for what in path[1:]:
            assert what in rules.TRANSITIONS[before]
            before = what
        assert before == consent.state
        # Nobody's yes but that of who was asked, and never silence towards an association.
        if consent.state == "given":
            assert consent.decided_by_id in (consent.asked_of_id, consent.in_place_of_id)
        assert consent.state != "tacit" or to == "partner"
