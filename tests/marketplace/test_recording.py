"""What was done is said by one side, confirmed by the other; nobody's hours are invented."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership, Notice
from accounts.todos.registry import MINE, todos_for
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges import transitions
from marketplace.exchanges.closing import rules as closing
from marketplace.exchanges.closing.models import Review
from marketplace.exchanges.following import rules as following
from marketplace.exchanges.following.conditions import stuck_q
from marketplace.exchanges.models import Exchange, Message
from marketplace.exchanges.recording import rules, silence
from marketplace.exchanges.recording.forms import RecordForm
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.refusals import Overtaken, Refused
from tests.marketplace.factories import (
    World,
    completed,
    facts,
    given_back,
    published,
    skill,
    under_way,
)
from tests.marketplace.test_state_machines import ONE_WORLD

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(w: World) -> Exchange:
    """Nadia read aloud for three hours, on working time, for the association."""
    return under_way(skill(w.nadia, w.metropole), w.odile, w.association)


class TestSayingAndConfirming:
    def test_one_side_says_the_other_confirms_and_it_is_completed(self, w, reading):
        record = rules.say(reading, w.odile, facts(reading))
        assert reading.state == "under_way"
        assert Notice.objects.filter(recipient=w.nadia, kind="exchange_recorded").count() == 1
        rules.confirm(reading, w.nadia, seen=record.number)
        record = rules.current(reading)
        assert reading.state == "completed"
        assert (record.said_by, record.said_for) == (w.odile, w.association)
        assert (record.confirmed_by, record.confirmed_for) == (w.nadia, w.metropole)
        fact = record.facts.get()
        assert (fact.kind, fact.quantity, fact.participant.user) == ("hours", Decimal(3), w.nadia)
        assert reading.expires_at is not None

    def test_nobody_confirms_their_own_words(self, w, reading):
        rules.say(reading, w.nadia, facts(reading))
        with pytest.raises(Refused, match="l’autre côté"):
            rules.confirm(reading, w.nadia, seen=1)

    @pytest.mark.parametrize("who", ["karim", "chloe", "paul", "remi"])
    def test_nobody_else_speaks_for_them(self, w, reading, who):
        with pytest.raises(Refused):
            rules.say(reading, getattr(w, who), facts(reading))
        rules.say(reading, w.nadia, facts(reading))
        with pytest.raises(Refused):
            rules.confirm(reading, getattr(w, who), seen=1)

    def test_a_correction_is_confirmed_by_whoever_spoke_first(self, w, reading):
        rules.say(reading, w.odile, facts(reading, "3"))
        corrected = rules.say(reading, w.nadia, facts(reading, "2.5"), "Partie à 11 h 30.", seen=1)
        assert (corrected.number, corrected.side) == (2, "answering")
        with pytest.raises(Refused):
            rules.confirm(reading, w.nadia, seen=2)
        rules.confirm(reading, w.odile, seen=2)
        assert rules.current(reading).facts.get().quantity == Decimal("2.5")
        # What was said first stays readable.
        assert list(reading.records.values_list("state", flat=True)) == ["corrected", "confirmed"]

    def test_the_same_correction_is_a_confirmation(self, w, reading):
        rules.say(reading, w.odile, facts(reading))
        rules.say(reading, w.nadia, facts(reading), seen=1)
        assert reading.state == "completed"
        assert reading.records.count() == 1

    def test_one_confirms_what_is_on_the_page_only(self, w, reading):
        rules.say(reading, w.odile, facts(reading, "3"))
        rules.say(reading, w.odile, facts(reading, "30", "units"), seen=1)
        with pytest.raises(Overtaken):
            rules.confirm(reading, w.nadia, seen=1)
        with pytest.raises(Overtaken):
            rules.say(reading, w.nadia, facts(reading), seen=0)

    def test_a_double_click_says_it_once(self, w, reading):
        rules.say(reading, w.odile, facts(reading))
        with pytest.raises(Overtaken):
            rules.say(reading, w.odile, facts(reading))
        assert reading.records.count() == 1

    @pytest.mark.parametrize(
        ("quantity", "shift", "words"),
        [("25", 0, "plus d’heures"), ("2", 3, "à venir"), ("0", 0, "quantité")],
    )
    def test_what_cannot_have_been_is_refused(self, w, reading, quantity, shift, words):
        day = timezone.localdate(reading.wanted_from) + timedelta(days=shift)
        fact = rules.Fact("hours", Decimal(quantity), day, day)
        with pytest.raises(Refused, match=words):
            rules.say(reading, w.odile, [fact])

    def test_nothing_is_said_before_it_begins(self, w, reading):
        Exchange.objects.filter(pk=reading.pk).update(state="confirmed")
        reading.refresh_from_db()
        with pytest.raises(Refused):
            rules.say(reading, w.odile, facts(reading))

    def test_the_coordination_stands_in_for_who_has_left(self, w, reading):
        Membership.objects.filter(user=w.nadia).update(ends_at=timezone.now())
        record = rules.say(reading, w.odile, facts(reading))
        rules.confirm(reading, w.chloe, seen=record.number)
        assert reading.state == "completed"
        assert rules.current(reading).confirmed_for == w.metropole

    def test_the_database_holds_it(self, w, reading):
        record = rules.say(reading, w.odile, facts(reading))
        with pytest.raises(IntegrityError), transaction.atomic():
            Record.objects.filter(pk=record.pk).update(state="confirmed")
        with pytest.raises(IntegrityError), transaction.atomic():
            RecordedFact.objects.filter(record=record).update(quantity=0)
        with pytest.raises(IntegrityError), transaction.atomic():
            Record.objects.create(
                exchange=reading, number=2, side="asking", said_by=w.odile,
                said_for=w.association, answer_by=timezone.now(),
            )  # fmt: skip


class TestTime:
    def test_without_an_answer_it_stands_as_said_by_one_side(self, w, reading):
        record = rules.say(reading, w.nadia, facts(reading))
        assert rules.settle_due() == 0
        later = record.answer_by + timedelta(minutes=1)
        assert rules.settle_due(later) == 1
        reading.refresh_from_db()
        record.refresh_from_db()
        assert reading.state == "completed"
        assert (record.state, record.confirmed_by) == ("uncontested", None)
        assert rules.settle_due(later) == 0
        assert Notice.objects.filter(kind="exchange_record_uncontested").count() == 2

    def test_nobody_speaks_for_the_silent(self, w, reading):
        assert rules.settle_due(timezone.now() + timedelta(days=400)) == 0
        assert not RecordedFact.objects.exists()

    def test_a_mediation_stops_the_clock(self, w, reading):
        record = rules.say(reading, w.nadia, facts(reading))
        Exchange.objects.filter(pk=reading.pk).update(state="disputed")
        assert rules.settle_due(record.answer_by + timedelta(days=1)) == 0
        record.refresh_from_db()
        assert record.state == "said"

    def test_a_completed_exchange_closes_at_its_deadline(self, w, reading):
        completed(reading, w.odile, w.nadia)
        assert closing.close_due() == 0
        later = timezone.now() + rules.CLOSE_WITHIN + timedelta(minutes=1)
        assert closing.close_due(later) == 1
        assert closing.close_due(later) == 0
        reading.refresh_from_db()
        assert reading.state == "closed"


class TestSilence:
    """Its day has passed and nobody says anything."""

    def test_both_sides_are_asked_once(self, w, reading):
        Notice.objects.all().delete()
        assert silence.ask_due(reading.wanted_until + timedelta(days=2)) == 0
        later = reading.wanted_until + timedelta(days=4)
        assert (silence.ask_due(later), silence.ask_due(later + timedelta(days=9))) == (1, 0)
        asked = Notice.objects.filter(kind="exchange_to_record")
        assert {one.recipient for one in asked} == {w.nadia, w.odile}
        assert asked.count() == 2

    def test_then_the_coordination_sees_it_until_somebody_speaks(self, w, reading):
        stuck = Exchange.objects.filter(stuck_q(reading.wanted_until + timedelta(days=11)))
        assert list(stuck) == [reading]
        rules.say(reading, w.odile, facts(reading))
        assert not stuck.all().exists()

    def test_without_an_end_date_one_is_asked_once_after_a_quiet_month(self, w, reading):
        Notice.objects.all().delete()
        Exchange.objects.filter(pk=reading.pk).update(wanted_until=None)
        begun = timezone.now()
        later = begun + silence.QUIET_FOR + silence.ASK_AFTER + timedelta(hours=1)
        assert silence.ask_due(begun + silence.QUIET_FOR) == 0
        assert (silence.ask_due(later), silence.ask_due(later + timedelta(days=90))) == (1, 0)
        asked = Notice.objects.filter(kind="exchange_to_record")
        assert {one.recipient for one in asked} == {w.nadia, w.odile}
        assert all("Est-ce fini" in one.subject and "S’il continue" in one.body for one in asked)
        assert Exchange.objects.filter(stuck_q(later + timedelta(days=8))).exists()

    def test_without_an_end_date_a_word_or_an_act_says_that_it_goes_on(self, w, reading):
        Exchange.objects.filter(pk=reading.pk).update(wanted_until=None)
        later = timezone.now() + silence.QUIET_FOR + silence.ASK_AFTER + timedelta(hours=1)
        message = exchange_rules.write(reading, w.nadia, "À mardi, comme chaque mois.")
        Message.objects.filter(pk=message.pk).update(at=later - timedelta(days=20))
        assert silence.ask_due(later) == 0
        assert silence.ask_due(later + timedelta(days=20)) == 1

    def test_what_is_lent_and_not_back_is_asked_for_otherwise(self, w):
        lent = under_way(published(w.nadia, w.metropole), w.odile, w.association)
        later = lent.wanted_until + timedelta(days=4)
        assert silence.ask_due(later) == 0
        given_back(lent)
        assert silence.ask_due(later) == 1

    def test_the_coordination_calls_it_to_mind_with_the_right_words(self, w, reading):
        long_ago = timezone.now() - timedelta(days=20)
        Exchange.objects.filter(pk=reading.pk).update(
            wanted_from=long_ago, wanted_until=long_ago + timedelta(hours=3)
        )
        following.remind(Exchange.objects.for_page().get(pk=reading.pk), w.chloe)
        notice = Notice.objects.filter(recipient=w.odile, kind="exchange_called_to_mind").get()
        assert "ce qui a été fait" in notice.body


class TestClosing:
    def test_both_say_a_word_and_it_is_closed(self, w, reading):
        completed(reading, w.odile, w.nadia)
        closing.review(reading, w.odile, {"happened": "Une belle matinée."})
        assert reading.state == "completed"
        closing.not_now(reading, w.nadia)
        assert reading.state == "closed"

    def test_each_reads_the_other_after_answering(self, w, reading):
        completed(reading, w.odile, w.nadia)
        closing.review(reading, w.odile, {"hard": "Le bruit du couloir."})
        assert not closing.readable_by(w.nadia, reading)
        assert closing.readable_by(w.chloe, reading)
        assert not closing.readable_by(w.karim, reading)
        closing.review(reading, w.nadia, {"made_possible": "Revenir."})
        assert len(closing.readable_by(w.nadia, reading)) == 2

    def test_an_empty_word_is_refused_and_not_now_keeps_what_was_said(self, w, reading):
        completed(reading, w.odile, w.nadia)
        with pytest.raises(Refused):
            closing.review(reading, w.odile, {"hard": "  "})
        closing.review(reading, w.odile, {"hard": "Le bruit."})
        closing.not_now(reading, w.odile)
        assert Review.objects.get().hard == "Le bruit."

    def test_what_waits_for_each(self, w, reading):
        def kinds(user):
            user.__dict__.pop("_todos", None)
            return [one.kind for one in todos_for(user, MINE)]

        assert kinds(w.nadia) == kinds(w.odile) == ["exchange_to_record"]
        rules.say(reading, w.odile, facts(reading))
        assert (kinds(w.nadia), kinds(w.odile)) == (["exchange_to_confirm"], [])
        rules.confirm(reading, w.nadia, seen=1)
        assert kinds(w.nadia) == kinds(w.odile) == ["exchange_review"]
        closing.not_now(reading, w.nadia)
        assert kinds(w.nadia) == []


class TestForm:
    def test_it_begins_with_the_hours_asked(self, reading):
        form = RecordForm(exchange=reading, record=None)
        name = next(iter(form.quantities))
        assert form.initial[name] == "3\u00a0h"
        assert form.initial["first_day"] == timezone.localdate(reading.wanted_from)

    @pytest.mark.parametrize(
        ("typed", "hours"), [("2 h 30", "2.5"), ("2,5", "2.5"), ("3h", "3"), ("0,25", "0.25")]
    )
    def test_hours_as_people_write_them(self, reading, typed, hours):
        form = _filled(reading, typed)
        assert form.is_valid(), form.errors
        assert form.facts()[0].quantity == Decimal(hours)

    @pytest.mark.parametrize("typed", ["", "trois", "-2", "1e99", "2 h 75", "NaN", "<b>3</b>"])
    def test_what_is_not_a_number_is_refused_kindly(self, reading, typed):
        assert not _filled(reading, typed).is_valid()


def _filled(exchange: Exchange, typed: str) -> RecordForm:
    day = timezone.localdate(exchange.wanted_from).isoformat()
    name = next(iter(RecordForm(exchange=exchange, record=None).quantities))
    data = {name: typed, "first_day": day, "last_day": day, "note": ""}
    return RecordForm(data, exchange=exchange, record=None)


class TestPages:
    def test_from_what_was_done_to_the_end(self, w, reading, client_for):
        odile, nadia = client_for(w.odile), client_for(w.nadia)
        page = f"/mes-echanges/{reading.ref}/"
        assert "Dire ce qui a été fait" in odile.get(page).text
        form = RecordForm(exchange=reading, record=None)
        day = timezone.localdate(reading.wanted_from).isoformat()
        data = {next(iter(form.quantities)): "3 h", "first_day": day, "last_day": day, "seen": "0"}
        assert odile.get(page + "releve/").status_code == 200
        assert odile.post(page + "releve/", data).status_code == 302
        # A second click, and somebody who is late, are told what is written.
        assert "relisez-le" in odile.post(page + "releve/", data).text
        assert "C’est bien cela" in nadia.get(page).text
        assert "C’est bien cela" not in odile.get(page).text
        assert nadia.get(page + "releve/confirmer/").status_code == 405
        nadia.post(page + "releve/confirmer/", {"seen": "1"})
        assert "Un mot pour finir" in odile.get(page).text
        odile.post(page + "retour/", {"answer": "words", "happened": "<b>Bien</b>"})
        nadia.post(page + "retour/", {"answer": "not_now"})
        closed = nadia.get(page).text
        assert "&lt;b&gt;Bien&lt;/b&gt;" in closed
        assert nadia.get(page + "retour/").status_code == 302

    @pytest.mark.parametrize("seen", ["", "x", "-1", "²", "99999999999999"])
    def test_a_strange_number_confirms_nothing(self, w, reading, client_for, seen):
        rules.say(reading, w.odile, facts(reading))
        client_for(w.nadia).post(f"/mes-echanges/{reading.ref}/releve/confirmer/", {"seen": seen})
        reading.refresh_from_db()
        assert reading.state == "under_way"

    @pytest.mark.parametrize("who", ["karim", "paul", "remi", "sonia", "staff", "gone"])
    def test_strangers_find_nothing(self, w, reading, client_for, who):
        for path in ("releve/", "retour/"):
            answer = client_for(getattr(w, who)).get(f"/mes-echanges/{reading.ref}/{path}")
            assert answer.status_code == 404


VERBS = {
    "say": lambda one, who: rules.say(one, who, facts(one), seen=_number(one)),
    "correct": lambda one, who: rules.say(one, who, facts(one, "2"), seen=_number(one)),
    "confirm": lambda one, who: rules.confirm(one, who, seen=_number(one)),
    "review": lambda one, who: closing.review(one, who, {"hard": "Rien."}),
    "not_now": closing.not_now,
    "late": lambda one, who: rules.settle_due(timezone.now() + timedelta(days=15)),
    "close": lambda one, who: closing.close_due(timezone.now() + timedelta(days=30)),
}


def _number(exchange: Exchange) -> int:
    last = rules.current(exchange)
    return last.number if last else 0


@ONE_WORLD
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(VERBS)), st.sampled_from(("nadia", "odile", "chloe"))),
        max_size=10,
    )
)
def test_whatever_people_do_the_end_follows_its_table(w: World, steps: list) -> None:
    exchange = given_back(under_way(published(w.nadia, w.metropole), w.odile, w.association))
    for verb, who in steps:
        current = Exchange.objects.for_page().get(pk=exchange.pk)
        try:
            VERBS[verb](current, getattr(w, who))
        except Refused:
            continue
    exchange.refresh_from_db()
    origin = "under_way"
    for before, to in exchange.events.exclude(from_state="").values_list("from_state", "to_state"):
        assert before == origin
        assert to in transitions.TRANSITIONS[origin]
        origin = to
    assert origin == exchange.state
    record = rules.current(exchange)
    if exchange.state in ("completed", "closed"):
        assert record.state in ("confirmed", "uncontested")
    else:
        assert record is None or record.state == "said"
    if record is not None and record.state == "confirmed":
        assert {record.said_by_id, record.confirmed_by_id} == {w.nadia.pk, w.odile.pk}
