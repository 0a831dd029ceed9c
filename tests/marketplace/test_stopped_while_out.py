"""What stops leaves nothing half-done: things come back, what was done counts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.days import day_end
from accounts.models import Membership, Notice, User
from accounts.todos.registry import MINE, todos_for
from marketplace.booking.models import Resource
from marketplace.booking.usage import usage_of
from marketplace.catalogue.models import Listing
from marketplace.exchanges import departures, leaving, timeline
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.following.conditions import stuck_q
from marketplace.exchanges.handover import clock, rules
from marketplace.exchanges.handover.queries import having
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.interrupting import rules as stopping
from marketplace.exchanges.interrupting.rules import Stop
from marketplace.exchanges.mediation import rules as mediating
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording import rules as recording
from marketplace.recognition.attestations import sheets_of
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import bikes
from tests.marketplace.factories import World, ask, facts, published, skill, under_way

pytestmark = pytest.mark.django_db
DAYS = 20


@pytest.fixture
def out(w: World) -> Exchange:
    """Odile took the only bike of the métropole an instant ago, for twenty days."""
    listing = published(w.nadia, w.metropole, "offer vehicle loan", title="Vélo-cargo")
    Listing.objects.filter(pk=listing.pk).update(resource=bikes(1))
    listing.refresh_from_db()
    now = timezone.now().replace(microsecond=0)
    wanted = {"wanted_from": now, "wanted_until": now + timedelta(days=DAYS)}
    exchange = ask(listing, w.odile, w.association, **wanted)
    exchange_rules.accept(exchange, w.nadia)
    rules.record(exchange, w.nadia, "leaving", State())
    Notice.objects.all().delete()
    return Exchange.objects.for_page().get(pk=exchange.pk)


def fresh(exchange: Exchange) -> Exchange:
    return Exchange.objects.for_page().get(pk=exchange.pk)


def free(exchange: Exchange, in_days: int = 1) -> int:
    """Return how many bikes anybody may have for an hour, so many days from now."""
    resource = Resource.objects.for_calendar().get(pk=exchange.resource_id)
    starts = timezone.now() + timedelta(days=in_days)
    ends = starts + timedelta(hours=1)
    return usage_of(resource, starts, ends).free(starts, ends)


def kinds(person: User) -> list[str]:
    return [one.kind for one in todos_for(User.objects.get(pk=person.pk), MINE)]


def told(person: User) -> list[str]:
    found = Notice.objects.filter(recipient=person).order_by("pk")
    return list(found.values_list("kind", flat=True))


def settled(exchange: Exchange, w: World, outcome: str) -> None:
    """Let a mediation that the association asked for end so."""
    mediation = mediating.ask(exchange, w.odile, "Ce n’était pas ce qui était dit.")
    mediating.take(mediation, w.chloe)
    mediating.settle(mediation, w.chloe, outcome, "Chacun a compris l’autre.")


class TestThings:
    def test_what_is_out_stays_taken_until_it_is_back(self, w: World, out: Exchange) -> None:
        exchange = stopping.stop(out, w.odile, Stop("safety", "Un frein lâche."))
        assert (exchange.state, free(exchange)) == ("interrupted", 0)
        assert told(w.odile) == ["exchange_left_to_do"]
        assert set(told(w.nadia)) == {"exchange_left_to_do", "exchange_stopped"}
        assert "loan_due_back" in kinds(w.odile)
        assert timeline.steps(exchange, w.odile)[-1]["title"] == "À rendre"
        rules.record(fresh(exchange), w.odile, "return", State())
        assert free(exchange) == 1
        assert "hand_over_to_confirm" in kinds(w.nadia)
        assert "loan_due_back" not in kinds(w.odile)
        with pytest.raises(Refused, match="déjà noté"):
            rules.record(fresh(exchange), w.nadia, "return", State())

    def test_the_page_and_the_box_still_lead_to_its_return(
        self, w: World, out: Exchange, client_for: Any
    ) -> None:
        stopping.stop(out, w.odile, Stop("safety"))
        unit = out.resource.units.get()  # type: ignore[union-attr]
        assert having(unit.pk, w.odile, timezone.now()) == out
        page = client_for(w.odile).get(f"{out.get_absolute_url()}remise/").text
        assert "J’ai rendu" in page
        answer = client_for(w.odile).post(
            f"{out.get_absolute_url()}remise/", {"moment": "return", "condition": "good"}
        )
        assert answer.status_code == 302
        assert out.hand_overs.filter(moment="return").exists()

    def test_what_was_not_taken_yet_is_free_at_once(self, w: World, out: Exchange) -> None:
        out.hand_overs.all().delete()
        stopping.stop(out, w.odile, Stop("safety"))
        assert free(out) == 1
        with pytest.raises(Refused, match="départ"):
            rules.record(fresh(out), w.odile, "return", State())

    def test_reminders_go_on_and_the_coordination_sees_it(self, w: World, out: Exchange) -> None:
        exchange = stopping.stop(out, w.odile, Stop("safety"))
        Notice.objects.all().delete()
        later = timezone.now() + timedelta(days=2)
        assert (clock.remind_late(later), clock.remind_late(later)) == (1, 0)
        assert (told(w.odile), told(w.nadia)) == (["loan_late"], ["loan_late"])
        assert "s’est arrêté" in Notice.objects.filter(recipient=w.odile).get().body
        days_later = timezone.now() + timedelta(days=4)
        assert Exchange.objects.filter(stuck_q(days_later), pk=exchange.pk).exists()
        rules.record(fresh(exchange), w.nadia, "return", State())
        assert clock.remind_late(later + timedelta(days=1)) == 0
        assert not Exchange.objects.filter(stuck_q(days_later)).exists()

    def test_a_mediation_that_stops_it_frees_nothing_that_is_out(
        self, w: World, out: Exchange
    ) -> None:
        mediation = mediating.ask(out, w.odile, "Le vélo ne convient pas.")
        mediating.take(mediation, w.chloe)
        mediating.settle(mediation, w.chloe, "interrupted", "On s’arrête là.")
        assert (fresh(out).state, free(out)) == ("interrupted", 0)
        assert "exchange_left_to_do" in told(w.odile)

    @pytest.mark.parametrize("outcome", ["completed", "closed"])
    def test_a_mediation_that_ends_it_forgets_nothing_that_is_out(
        self, w: World, out: Exchange, outcome: str
    ) -> None:
        settled(out, w, outcome)
        exchange = fresh(out)
        assert (exchange.state, free(out)) == (outcome, 0)
        assert "exchange_left_to_do" in told(w.odile)
        assert "loan_due_back" in kinds(w.odile)
        assert "À rendre" in [one["title"] for one in timeline.steps(exchange, w.odile)]
        exchange_rules.write(exchange, w.odile, "Je le rends demain.")
        later = timezone.now() + timedelta(days=2)
        assert clock.remind_late(later) == 1
        assert out.wanted_until is not None
        assert clock.keep_taken(out.wanted_until + timedelta(hours=3)) == 1
        rules.record(fresh(out), w.nadia, "return", State())
        assert clock.remind_late(later + timedelta(days=1)) == 0
        assert "loan_due_back" not in kinds(w.odile)

    def test_after_the_day_announced_what_is_not_back_is_still_taken(
        self, w: World, out: Exchange
    ) -> None:
        last_day = timezone.localdate() + timedelta(days=8)
        stopping.stop(out, w.nadia, Stop("needed", "", last_day))
        assert (free(out, 7), free(out, 9)) == (0, 1)
        ended = day_end(last_day)
        assert stopping.stop_due(ended) == 1
        # Its state is as old as the tick that wrote it.
        Exchange.objects.filter(pk=out.pk).update(state_since=ended)
        later = ended + timedelta(hours=3)
        assert (clock.keep_taken(later), clock.keep_taken(later)) == (1, 0)
        assert free(out, 9) == 0

    def test_a_late_loan_stays_taken_a_day_more_but_never_over_the_next_booking(
        self, w: World, out: Exchange
    ) -> None:
        due = out.wanted_until
        assert due is not None
        soon = due + timedelta(hours=6)
        ask(out.listing, w.paul, w.partner, wanted_from=soon, wanted_until=soon + timedelta(days=1))
        exchange_rules.accept(Exchange.objects.for_page().get(asked_by=w.paul), w.nadia)
        assert clock.keep_taken(due + timedelta(hours=1)) == 0
        assert clock.keep_taken(due + timedelta(hours=3)) == 1
        row = out.allocations.get()
        assert row.ends_at == soon
        assert clock.keep_taken(due + timedelta(hours=3)) == 0


class TestLeaving:
    def test_who_lends_notes_the_return_when_the_taker_is_erased(
        self, w: World, out: Exchange
    ) -> None:
        departures.leave(w.odile)
        exchange = fresh(out)
        assert (exchange.state, free(exchange)) == ("interrupted", 0)
        assert "exchange_left_to_do" in told(w.nadia)
        rules.record(exchange, w.nadia, "return", State())
        assert free(exchange) == 1

    def test_a_colleague_takes_back_what_is_out_once_it_has_stopped(
        self, w: World, out: Exchange
    ) -> None:
        stopping.stop(out, w.odile, Stop("safety"))
        Membership.objects.filter(user=w.nadia, organisation=w.metropole).update(
            ends_at=timezone.now()
        )
        leaving.person_left(w.nadia, w.metropole, None)
        exchange = fresh(out)
        assert exchange.keeper == w.chloe
        rules.record(exchange, w.chloe, "return", State())

    def test_once_stopped_an_erased_account_changes_nothing_else(
        self, w: World, out: Exchange
    ) -> None:
        stopping.stop(out, w.odile, Stop("safety"))
        departures.leave(w.odile)
        assert (fresh(out).state, free(out)) == ("interrupted", 0)


class TestWhatWasDone:
    @pytest.fixture
    def reading(self, w: World) -> Exchange:
        """Nadia read aloud on working time yesterday, and stops."""
        exchange = under_way(skill(w.nadia, w.metropole), w.odile, w.association)
        return stopping.stop(exchange, w.nadia, Stop("safety"))

    def test_it_is_said_confirmed_and_attested(self, w: World, reading: Exchange) -> None:
        assert kinds(w.nadia) == kinds(w.odile) == ["exchange_to_record"]
        recording.say(reading, w.odile, facts(reading))
        assert (kinds(w.nadia), kinds(w.odile)) == (["exchange_to_confirm"], [])
        recording.confirm(reading, w.nadia, seen=1)
        assert fresh(reading).state == "interrupted"
        year = timezone.localdate(reading.wanted_from).year
        (sheet,) = sheets_of(w.nadia, year)
        assert [line.hours for line in sheet.confirmed] == [Decimal(3)]
        assert kinds(w.nadia) == kinds(w.odile) == []

    @pytest.mark.parametrize("outcome", ["completed", "closed"])
    def test_a_mediation_that_ends_it_erases_no_hour(self, w: World, outcome: str) -> None:
        exchange = under_way(skill(w.nadia, w.metropole), w.odile, w.association)
        settled(exchange, w, outcome)
        exchange = fresh(exchange)
        assert "exchange_to_record" in kinds(w.nadia)
        assert "exchange_left_to_do" in told(w.odile)
        recording.say(exchange, w.odile, facts(exchange))
        recording.confirm(exchange, w.nadia, seen=1)
        (sheet,) = sheets_of(w.nadia, timezone.localdate(exchange.wanted_from).year)
        assert [line.hours for line in sheet.confirmed] == [Decimal(3)]
        assert fresh(exchange).state == outcome
        with pytest.raises(Refused, match="déjà dit"):
            recording.say(exchange, w.odile, facts(exchange), seen=1)

    def test_without_an_answer_it_stands(self, w: World, reading: Exchange) -> None:
        record = recording.say(reading, w.odile, facts(reading))
        recording.settle_due(record.answer_by + timedelta(minutes=1))
        record.refresh_from_db()
        assert (record.state, fresh(reading).state) == ("uncontested", "interrupted")

    def test_nothing_was_done_after_it_stopped(self, w: World, reading: Exchange) -> None:
        stopped = timezone.now() - timedelta(days=3)
        Exchange.objects.filter(pk=reading.pk).update(state_since=stopped)
        with pytest.raises(Refused, match="arrêté"):
            recording.say(fresh(reading), w.odile, facts(reading))

    def test_nobody_is_asked_for_ever(self, w: World, reading: Exchange) -> None:
        long_ago = timezone.now() - timedelta(days=90)
        Exchange.objects.filter(pk=reading.pk).update(state_since=long_ago)
        assert kinds(w.nadia) == kinds(w.odile) == []

    def test_its_page_leads_there(self, w: World, reading: Exchange, client_for: Any) -> None:
        page = client_for(w.odile).get(reading.get_absolute_url()).text
        assert "Dire ce qui a été fait" in page
        assert client_for(w.odile).get(f"{reading.get_absolute_url()}releve/").status_code == 200


class TestTheEnd:
    def test_a_return_completes_what_was_confirmed(self, w: World, out: Exchange) -> None:
        recording.say(out, w.odile, facts(out, "1", "units"))
        recording.confirm(out, w.nadia, seen=1)
        assert fresh(out).state == "under_way"
        back = rules.record(out, w.odile, "return", State())
        assert fresh(out).state == "under_way"
        rules.answer(back, w.nadia)
        exchange = fresh(out)
        assert exchange.state == "completed"
        assert exchange.events.last().actor == w.nadia  # type: ignore[union-attr]

    def test_a_return_noted_by_who_lends_completes_it_at_once(
        self, w: World, out: Exchange
    ) -> None:
        recording.say(out, w.odile, facts(out, "1", "units"))
        recording.confirm(out, w.nadia, seen=1)
        rules.record(out, w.nadia, "return", State())
        assert out.state == "completed"

    def test_what_was_booked_directly_is_closed_when_it_is_back(
        self, w: World, out: Exchange
    ) -> None:
        Listing.objects.filter(pk=out.listing_id).update(access="direct")
        back = rules.record(fresh(out), w.odile, "return", State())
        assert fresh(out).state == "under_way"
        rules.answer(back, w.nadia)
        assert fresh(out).state == "closed"
