"""Who must say yes to an agent's working time, how they answer, what silence and absence do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Notice, Role
from accounts.notices.delivery import MOST_FAILURES
from accounts.todos.registry import COORDINATION, TEAM, todos_for
from marketplace.catalogue import slot_rules
from marketplace.exchanges import leaving, policy, timeline
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.coming.rules import come
from marketplace.exchanges.consents import asking, clock, due, missing, presentation, rules
from marketplace.exchanges.consents.models import Consent, TacitConsent
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from tests.factories import member
from tests.marketplace.exchanges.team import Team, agreed, consent, stands_in, team
from tests.marketplace.factories import World, ask, decision, hands, published, skill


@pytest.fixture
def t(w: World) -> Team:
    return team(w)


def told(user: Any, kind: str) -> bool:
    return Notice.objects.filter(recipient=user, kind=kind).exists()


def ended(rows: Any) -> None:
    now = timezone.now()
    rows.update(starts_at=now - timedelta(days=9), ends_at=now - timedelta(minutes=1))


def letter_arrives(one: Consent) -> None:
    Notice.objects.filter(pk=one.notice_id).update(sent_at=timezone.now())


def states(exchange: Exchange) -> dict[str, str]:
    return dict(exchange.consents.order_by("pk").values_list("kind", "state"))


# Who is asked


def test_working_time_asks_the_manager_and_the_host_s_and_keeps_the_agent_s_own_yes(
    w: World, t: Team
) -> None:
    exchange = agreed(w)
    assert exchange.state == "agreed"
    assert states(exchange) == {"agent": "given", "home_manager": "asked", "host_manager": "asked"}
    assert consent(exchange).asked_of == t.thomas
    assert consent(exchange, "host_manager").asked_of == t.bruno
    assert consent(exchange, "agent").decided_by == w.nadia


def test_an_association_has_no_host_manager(w: World, t: Team) -> None:
    exchange = agreed(w, to="association")
    assert states(exchange) == {"agent": "given", "home_manager": "asked"}


def test_own_time_loans_and_gifts_ask_nobody(w: World, t: Team) -> None:
    assert agreed(w, whose_time="own").consents.count() == 0
    assert policy.missing_to_confirm(agreed(w, whose_time="own")) == []
    loan = ask(published(w.nadia, w.metropole), w.odile, w.association)
    assert not policy.needs_consents(loan)


def test_the_nearest_manager_is_asked_and_never_oneself(w: World, t: Team) -> None:
    Role.objects.filter(membership__user=t.thomas, kind="manager").delete()
    assert consent(agreed(w)).asked_of == t.helene
    Role.objects.filter(membership__user=t.helene, kind="manager").delete()
    Role.objects.create(membership=w.nadia.memberships.get(), kind="manager")
    assert consent(agreed(w)).asked_of == w.chloe  # the coordination


def test_who_manages_and_welcomes_has_said_yes_by_asking(w: World, t: Team) -> None:
    Role.objects.create(membership=w.paul.memberships.get(), kind="manager")
    assert states(agreed(w))["host_manager"] == "given"


def test_asking_twice_asks_once(w: World, t: Team) -> None:
    exchange = agreed(w)
    assert asking.ask_for(exchange, w.nadia) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            exchange=exchange,
            participant=exchange.participants.get(),
            kind="home_manager",
            organisation=w.metropole,
            expires_at=timezone.now(),
        )


def test_what_the_coordination_said_for_an_agent_is_not_written_as_their_own_act(
    w: World, t: Team
) -> None:
    exchange = come(hands(w), w.nadia, w.metropole, whose_time="working", entered_by=w.chloe)
    exchange_rules.add_decision(exchange, w.chloe, decision())
    hers = consent(exchange, "agent")
    assert (hers.state, hers.asked_of, hers.decided_by) == ("given", w.nadia, w.chloe)
    assert hers.events.get().actor == w.chloe
    assert "Chloé Roux" in presentation.state_sentence(hers, True)
    # She was told, and takes it back by herself.
    assert told(w.nadia, "exchange_entered")
    rules.withdraw(hers, w.nadia, "Ce n’est pas possible.")
    own = come(hands(w), w.nadia, w.metropole, whose_time="working")
    exchange_rules.add_decision(own, w.nadia, decision())
    assert consent(own, "agent").decided_by == w.nadia


# Answering


def test_all_the_yeses_confirm_the_exchange(w: World, t: Team) -> None:
    exchange = agreed(w)
    assert len(policy.missing_to_confirm(exchange)) == 2
    rules.agree(consent(exchange), t.thomas)
    exchange.refresh_from_db()
    assert exchange.state == "agreed"
    rules.agree(consent(exchange, "host_manager"), t.bruno)
    exchange.refresh_from_db()
    assert exchange.state == "confirmed"
    assert told(w.nadia, "consent_given")


def test_what_is_missing_names_nobody(w: World, t: Team) -> None:
    sentences = " ".join(policy.missing_to_confirm(agreed(w)))
    assert "encadrement" in sentences
    assert "Wagner" not in sentences


def test_who_is_not_asked_does_not_answer(w: World, t: Team) -> None:
    one = consent(agreed(w))
    for person in (w.nadia, w.karim, w.chloe, t.helene, t.bruno, w.odile):
        with pytest.raises(Refused):
            rules.agree(one, person)
    rules.agree(one, t.thomas)
    with pytest.raises(Refused, match="déjà donné"):
        rules.agree(one, t.thomas)


def test_no_has_a_reason_that_the_other_house_does_not_read(w: World, t: Team) -> None:
    exchange = agreed(w)
    one = consent(exchange)
    with pytest.raises(Refused):
        rules.refuse(one, t.thomas, "")
    with pytest.raises(Refused):
        rules.refuse(one, t.thomas, "other", " ")
    rules.refuse(one, t.thomas, "cover", "Deux arrêts cette semaine.")
    exchange.refresh_from_db()
    assert exchange.state == "agreed"
    hers = Notice.objects.get(recipient=w.nadia, kind="consent_refused")
    his = Notice.objects.get(recipient=w.paul, kind="consent_refused")
    assert "Deux arrêts" in hers.body
    assert "Thomas Wagner" in hers.body
    assert "Deux arrêts" not in his.body
    assert "Wagner" not in his.body


def test_after_a_no_only_the_coordination_asks_again(w: World, t: Team) -> None:
    exchange = agreed(w)
    one = rules.refuse(consent(exchange), t.thomas, "busy")
    with pytest.raises(Refused):
        asking.ask_again(one, w.nadia)
    again = asking.ask_again(one, w.chloe)
    assert again.asked_of == t.thomas
    with pytest.raises(Overtaken):
        asking.ask_again(one, w.chloe)


def test_who_took_a_yes_back_is_pressed_by_nobody(w: World, t: Team) -> None:
    exchange = agreed(w)
    rules.agree(consent(exchange), t.thomas)
    one = rules.withdraw(consent(exchange), t.thomas, "Une équipe réduite de moitié.")
    with pytest.raises(Refused, match="avec la coordination"):
        asking.ask_again(one, w.nadia)
    assert presentation.for_exchange(exchange, w.nadia)["again"] == []
    assert asking.ask_again(one, w.chloe).asked_of == t.thomas


def test_what_was_left_without_an_answer_is_asked_again_by_the_agent(w: World, t: Team) -> None:
    exchange = agreed(w, days=5)
    due.settle_due(timezone.now() + timedelta(days=6))
    (again,) = presentation.for_exchange(exchange, w.nadia)["again"]
    assert again.kind == "home_manager"
    assert asking.ask_again(consent(exchange), w.nadia).asked_of == t.thomas


def test_to_talk_stops_the_clock_and_tells_the_agent_and_the_coordination(
    w: World, t: Team
) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    exchange = agreed(w)
    assert consent(exchange).tacit_at is not None
    rules.talk(consent(exchange), t.thomas, "Passez me voir.")
    one = consent(exchange)
    assert (one.state, one.stopped_for, one.tacit_at) == ("asked", "talk", None)
    assert told(w.nadia, "consent_talk")
    assert told(w.chloe, "consent_talk")
    assert not told(w.paul, "consent_talk")
    assert "consent_stuck" in {todo.kind for todo in todos_for(w.chloe, COORDINATION)}
    rules.agree(one, t.thomas)


def test_to_talk_or_other_dates_said_twice_are_said_once(w: World, t: Team) -> None:
    exchange, start = agreed(w), timezone.now() + timedelta(days=30)
    for _ in range(2):
        rules.talk(consent(exchange), t.thomas, "Passez me voir.")
    rules.talk(consent(exchange), t.thomas, "Ou appelez-moi.")
    for _ in range(2):
        rules.propose_dates(consent(exchange), t.thomas, start, start + timedelta(days=1))
    events = consent(exchange).events.filter(what__in=["talk", "dates"])
    assert [one.what for one in events] == ["talk", "talk", "dates"]
    heard = Notice.objects.filter(recipient=w.nadia)
    assert heard.filter(kind="consent_talk").count() == 2
    assert heard.filter(kind="consent_dates").count() == 1


def test_who_may_not_read_the_exchange_any_more_hears_nothing_of_its_consents(
    w: World, t: Team
) -> None:
    exchange = agreed(w)
    assert exchange.coordinator == w.chloe
    ended(Role.objects.filter(membership__user=w.chloe, kind=Role.Kind.COORDINATOR))
    rules.talk(consent(exchange), t.thomas, "Passez me voir.")
    assert told(w.nadia, "consent_talk")
    assert not told(w.chloe, "consent_talk")


def test_other_dates_go_to_the_other_side_and_are_asked_again(w: World, t: Team) -> None:
    exchange = agreed(w)
    rules.agree(consent(exchange, "host_manager"), t.bruno)
    start = timezone.now() + timedelta(days=30)
    with pytest.raises(Refused):
        rules.propose_dates(consent(exchange), t.thomas, start, start - timedelta(hours=1))
    rules.propose_dates(consent(exchange), t.thomas, start, start + timedelta(days=1))
    with pytest.raises(Refused):
        rules.take_dates(consent(exchange), w.nadia)
    rules.take_dates(consent(exchange), w.paul)
    exchange.refresh_from_db()
    assert exchange.wanted_from == start
    assert consent(exchange).state == "asked"
    # Theirs was for the former dates.
    assert consent(exchange, "host_manager").state == "asked"


def test_the_agent_s_time_is_not_moved_to_other_dates_without_them(w: World, t: Team) -> None:
    exchange = agreed(w)
    start = timezone.now() + timedelta(days=30)
    rules.propose_dates(consent(exchange), t.thomas, start, start + timedelta(days=1))
    rules.take_dates(consent(exchange), w.paul)
    hers = consent(exchange, "agent")
    assert (hers.state, hers.asked_of) == ("asked", w.nadia)
    assert told(w.nadia, "consent_asked")
    rules.agree(consent(exchange), t.thomas)
    rules.agree(consent(exchange, "host_manager"), t.bruno)
    exchange.refresh_from_db()
    assert exchange.state == "agreed"
    # Nobody is said to have taken a yes back.
    steps = [one["title"] for one in timeline.steps(exchange, w.paul)]
    assert not any("retire son accord" in title for title in steps)
    rules.agree(hers, w.nadia)
    exchange.refresh_from_db()
    assert exchange.state == "confirmed"


def test_dates_of_a_slot_do_not_move_for_one_person_alone(
    client_for: Any, w: World, t: Team
) -> None:
    need = hands(w)
    start = timezone.now() + timedelta(days=20)
    slot_rules.add(need, w.odile, start, start + timedelta(hours=3), 2)
    slot = need.slots.get(starts_at__isnull=False)
    exchange = come(need, w.nadia, w.metropole, slot=slot.ref, whose_time="working")
    exchange_rules.add_decision(exchange, w.nadia, decision())
    one = consent(exchange)
    with pytest.raises(Refused, match="moment fixé"):
        rules.propose_dates(one, t.thomas, start, start + timedelta(days=1))
    page = client_for(t.thomas).get(one.get_absolute_url()).text
    assert "En parler d’abord" in page
    assert "Proposer d’autres dates" not in page
    # Proposed in time, before the moment had its hours.
    later = {"other_from": start + timedelta(days=9), "other_until": start + timedelta(days=10)}
    Consent.objects.filter(pk=one.pk).update(stopped_for="dates", **later)
    with pytest.raises(Refused, match="moment fixé"):
        rules.take_dates(consent(exchange), w.odile)
    exchange.refresh_from_db()
    assert exchange.wanted_from == start


def test_the_agent_says_who_replaces_them_until_the_manager_answers(w: World, t: Team) -> None:
    exchange = agreed(w)
    rules.say_cover(consent(exchange), w.nadia, "Karim tient l’accueil.")
    assert consent(exchange).cover == "Karim tient l’accueil."
    with pytest.raises(Refused):
        rules.say_cover(consent(exchange), w.karim, "Moi")
    rules.agree(consent(exchange), t.thomas)
    with pytest.raises(Refused):
        rules.say_cover(consent(exchange), w.nadia, "Personne")


# Withdrawing


def test_a_yes_is_withdrawn_with_a_reason_until_it_begins(w: World, t: Team) -> None:
    exchange = agreed(w)
    rules.agree(consent(exchange), t.thomas)
    rules.agree(consent(exchange, "host_manager"), t.bruno)
    with pytest.raises(Refused):
        rules.withdraw(consent(exchange), t.thomas, "  ")
    with pytest.raises(Refused):
        rules.withdraw(consent(exchange), w.nadia, "Non")
    rules.withdraw(consent(exchange), t.thomas, "Une équipe réduite de moitié.")
    exchange.refresh_from_db()
    assert exchange.state == "agreed"
    assert told(w.paul, "consent_withdrawn")
    assert "réduite" not in Notice.objects.get(recipient=w.paul, kind="consent_withdrawn").body
    Exchange.objects.filter(pk=exchange.pk).update(wanted_from=timezone.now() - timedelta(hours=1))
    with pytest.raises(Refused, match="commencé"):
        rules.withdraw(consent(exchange, "host_manager"), t.bruno, "Trop tard")


def test_the_agent_withdraws_and_gives_again(w: World, t: Team) -> None:
    exchange = agreed(w)
    one = rules.withdraw(consent(exchange, "agent"), w.nadia, "Un empêchement.")
    assert len(policy.missing_to_confirm(exchange)) == 3
    assert asking.ask_again(one, w.nadia).state == "given"


# Silence


def test_working_days_leave_out_week_ends_and_holidays_two_more_in_moselle() -> None:
    def last(asked: datetime, days: int, department: str) -> str:
        ends = clock.after_working_days(asked, days, department)
        return timezone.localdate(ends - timedelta(seconds=1)).isoformat()

    # Thursday 24, Christmas is a Friday, then Monday 28.
    assert last(datetime(2026, 12, 23, 9, tzinfo=UTC), 2, "59") == "2026-12-28"
    # Good Friday is a holiday in Moselle, Easter Monday everywhere.
    thursday = datetime(2027, 3, 25, 9, tzinfo=UTC)
    assert last(thursday, 1, "59") == "2027-03-26"
    assert last(thursday, 1, "57") == "2027-03-30"


def test_silence_is_a_yes_only_where_the_collectivite_says_so(w: World, t: Team) -> None:
    assert consent(agreed(w)).tacit_at is None
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    exchange = agreed(w)
    one = consent(exchange)
    letter_arrives(one)
    assert due.settle_due(timezone.now()) == 0
    assert due.settle_due(timezone.now() + timedelta(days=10)) == 1
    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("tacit", None)
    assert due.settle_due(timezone.now() + timedelta(days=10)) == 0
    assert told(t.thomas, "consent_tacit")
    rules.withdraw(consent(exchange), t.thomas, "Je n’avais pas vu.")


def test_silence_is_never_a_yes_for_an_association(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    exchange = agreed(w, to="association")
    one = consent(exchange)
    assert one.tacit_at is None
    # Whatever the row says.
    Consent.objects.filter(pk=one.pk).update(tacit_at=timezone.now())
    letter_arrives(one)
    due.settle_due(timezone.now() + timedelta(days=1))
    one.refresh_from_db()
    assert one.state == "asked"


def test_silence_of_who_never_received_the_letter_is_nothing(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    one = consent(agreed(w))
    due.settle_due(timezone.now() + timedelta(days=10))
    one.refresh_from_db()
    assert one.state == "asked"


def test_no_time_for_silence_when_it_begins_before(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=20)
    assert consent(agreed(w, days=5)).tacit_at is None


def test_too_late_ends_it_and_tells(w: World, t: Team) -> None:
    exchange = agreed(w, days=5)
    assert due.settle_due(timezone.now() + timedelta(days=6)) == 2
    assert states(exchange)["home_manager"] == "expired"
    assert told(w.nadia, "consent_expired")
    assert told(w.chloe, "consent_expired")


def test_the_rule_checks_the_deadline_before_tick_does(w: World, t: Team) -> None:
    one = consent(agreed(w))
    Consent.objects.filter(pk=one.pk).update(expires_at=timezone.now())
    with pytest.raises(Refused, match="délai"):
        rules.agree(one, t.thomas)


# Absence, bounces, departures


def test_a_known_absence_asks_the_deputy_and_no_silence_counts(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    stands_in(t.thomas, w.karim)
    exchange = agreed(w)
    one = consent(exchange)
    assert (one.asked_of, one.in_place_of, one.tacit_at) == (w.karim, t.thomas, None)
    assert "suppléance de Thomas Wagner" in one.notice.body
    assert "suppléance" in presentation.page(one, reader=w.karim)["deputy"]
    assert not presentation.page(one, reader=w.chloe)["deputy"], "the coordination only reads"
    assert not presentation.page(one, reader=t.thomas)["deputy"]
    rules.agree(one, t.thomas)  # back early


def test_what_a_deputy_does_not_answer_never_goes_back_to_who_is_away(w: World, t: Team) -> None:
    stands_in(t.thomas, w.karim)
    exchange = agreed(w)
    assert consent(exchange).asked_of == w.karim
    assert asking.ask_next(consent(exchange), w.chloe).asked_of == t.helene


def test_an_absence_that_comes_later_hands_it_on(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    exchange = agreed(w)
    before = consent(exchange)
    stands_in(t.thomas, w.karim)
    assert due.settle_due() == 1
    one = consent(exchange)
    assert (one.asked_of, one.stopped_for, one.tacit_at) == (w.karim, "away", None)
    assert one.link_number == before.link_number + 1
    assert due.settle_due() == 0
    with pytest.raises(Overtaken):
        rules.agree(before, t.thomas)


def test_a_deputy_does_not_answer_for_their_own_time(w: World, t: Team) -> None:
    stands_in(t.thomas, w.nadia)
    assert consent(agreed(w)).asked_of == t.helene


def test_silence_of_a_manager_known_to_be_away_is_never_a_yes(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    ended(Role.objects.filter(membership__user=t.helene, kind="manager"))
    # Nobody is above, and who stands in gives their own time.
    stands_in(t.thomas, w.nadia)
    one = consent(agreed(w))
    assert (one.asked_of, one.stopped_for, one.tacit_at) == (t.thomas, "away", None)
    letter_arrives(one)
    due.settle_due(timezone.now() + timedelta(days=8))
    one.refresh_from_db()
    assert one.state == "asked"


def test_an_absence_that_comes_later_stops_the_clock_where_nobody_else_is_there(
    w: World, t: Team
) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    ended(Role.objects.filter(membership__user=t.helene, kind="manager"))
    one = consent(agreed(w))
    letter_arrives(one)
    assert one.tacit_at is not None
    stands_in(t.thomas, w.nadia)
    assert (due.settle_due(), due.settle_due()) == (1, 0)
    one.refresh_from_db()
    assert (one.asked_of, one.stopped_for, one.tacit_at) == (t.thomas, "away", None)


def test_what_is_handed_back_to_who_is_away_does_not_count_silence(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    exchange = agreed(w)
    stands_in(t.thomas, w.nadia)
    assert asking.ask_next(consent(exchange), w.chloe).asked_of == t.helene
    ended(Role.objects.filter(membership__user=t.helene, kind="manager"))
    assert due.settle_due() == 1
    one = consent(exchange)
    assert (one.asked_of, one.stopped_for, one.tacit_at) == (t.thomas, "away", None)


def test_a_letter_refused_for_good_stops_the_clock_and_asks_above(w: World, t: Team) -> None:
    TacitConsent.objects.create(organisation=w.metropole, days=3)
    exchange = agreed(w)
    Notice.objects.filter(pk=consent(exchange).notice_id).update(failures=MOST_FAILURES)
    assert due.settle_due() == 1
    one = consent(exchange)
    assert (one.asked_of, one.stopped_for, one.tacit_at) == (t.helene, "bounce", None)


def test_a_manager_who_leaves_hands_it_to_the_next(w: World, t: Team) -> None:
    exchange = agreed(w)
    ended(Membership.objects.filter(user=t.thomas))
    one = consent(exchange)
    with pytest.raises(Refused, match="encadrez plus"):
        rules.agree(one, t.thomas)
    leaving.person_left(t.thomas, w.metropole, w.chloe)
    assert consent(exchange).asked_of == t.helene
    assert told(t.helene, "consent_asked")


def test_a_manager_whose_role_ends_is_found_by_tick(w: World, t: Team) -> None:
    exchange = agreed(w)
    ended(Role.objects.filter(membership__user=t.thomas, kind="manager"))
    assert due.settle_due() == 1
    assert consent(exchange).asked_of == t.helene


def test_an_agent_who_leaves_ends_what_was_asked_for_them(w: World, t: Team) -> None:
    exchange = agreed(w)
    ended(Membership.objects.filter(user=w.nadia))
    leaving.person_left(w.nadia, w.metropole, w.chloe)
    assert states(exchange)["home_manager"] == "expired"


def test_an_exchange_that_stops_asks_nothing_more(w: World, t: Team) -> None:
    exchange = agreed(w)
    Exchange.objects.filter(pk=exchange.pk).update(state="cancelled")
    with pytest.raises(Refused, match="annulé"):
        rules.agree(consent(exchange), t.thomas)
    assert todos_for(t.thomas, TEAM) == []
    assert due.settle_due() == 2


# The coordination


def test_the_coordination_calls_to_mind_every_three_days_and_asks_the_next(
    w: World, t: Team
) -> None:
    exchange = agreed(w)
    due.remind(consent(exchange), w.chloe)
    with pytest.raises(Refused, match="Déjà rappelé"):
        due.remind(consent(exchange), w.chloe)
    with pytest.raises(Refused):
        due.remind(consent(exchange), w.karim)
    with pytest.raises(Refused):
        asking.ask_next(consent(exchange), t.thomas)
    assert asking.ask_next(consent(exchange), w.chloe).asked_of == t.helene


def test_a_manager_reads_what_waits_on_their_desk(w: World, t: Team) -> None:
    agreed(w)
    (todo,) = todos_for(t.thomas, TEAM)
    assert "Nadia Merle" in todo.text
    assert todos_for(t.helene, TEAM) == []


def test_another_house_s_coordination_sees_nothing(w: World, t: Team) -> None:
    exchange = agreed(w)
    other = member(w.stranger, "coordinator")
    assert not Consent.objects.visible_to(other).exists()
    assert Consent.objects.visible_to(w.chloe).filter(exchange=exchange).count() == 2
    assert not Consent.objects.visible_to(w.gone).exists()


def test_what_was_agreed_before_consents_were_asked_asks_them_now(w: World, t: Team) -> None:
    exchange = agreed(w)
    asked = exchange.consents.count()
    exchange.consents.all().delete()
    assert (missing.ask_due(), missing.ask_due()) == (1, 0)
    found = exchange.consents.order_by("pk")
    assert found.count() == asked
    # Who agreed has said yes for themselves; their manager is asked.
    assert [(one.kind, one.state) for one in found][:2] == [
        ("agent", "given"),
        ("home_manager", "asked"),
    ]
    assert consent(exchange).asked_of == t.thomas


def test_own_time_agreed_before_asks_nobody(w: World, t: Team) -> None:
    exchange = ask(skill(w.nadia, w.metropole, whose_time="own"), w.odile, w.association)
    Exchange.objects.filter(pk=exchange.pk).update(state="agreed")
    assert missing.ask_due() == 0
