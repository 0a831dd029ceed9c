"""What leaves and comes back: noted once, agreed to by the other side, as light as it can be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Notice, User
from accounts.todos.registry import MINE, todos_for
from marketplace.booking.models import Allocation, Unit
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.following.conditions import stuck_q
from marketplace.exchanges.handover import clock, incidents, personal_data, rules
from marketplace.exchanges.handover.models import HandOver, Incident, LateReminder
from marketplace.exchanges.handover.queries import having, is_given_back
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from tests.factories import member
from tests.marketplace.booking.factories import bikes, chairs, room
from tests.marketplace.factories import World, ask, decision, picture, published, skill

LEAVING, RETURN = "leaving", "return"


def lent(w: World, kind: str = "offer equipment loan", **fields: Any) -> Exchange:
    """Return a loan of the métropole to the association, both agreed."""
    exchange = ask(published(w.nadia, w.metropole, kind, **fields), w.odile, w.association)
    exchange_rules.accept(exchange, w.nadia)
    Notice.objects.all().delete()
    return exchange


def booked(w: World, resource: Any, kind: str = "offer vehicle loan", hours: int = 3) -> Exchange:
    """Return what Paul has booked by himself from an hour ago on."""
    listing = published(w.nadia, w.metropole, kind, title="Vélo-cargo", access="direct")
    Listing.objects.filter(pk=listing.pk).update(resource=resource)
    listing.refresh_from_db()
    now = timezone.now().replace(second=0, microsecond=0)
    exchange = ask(
        listing,
        w.paul,
        w.partner,
        wanted_from=now,
        wanted_until=now + timedelta(hours=hours),
    )
    Notice.objects.all().delete()
    return exchange


def todo_kinds(person: User) -> list[str]:
    fresh = User.objects.get(pk=person.pk)
    return [todo.kind for todo in todos_for(fresh, MINE)]


def told(person: User) -> list[str]:
    notices = Notice.objects.filter(recipient=person).order_by("pk")
    return list(notices.values_list("kind", flat=True))


class TestBothSides:
    def test_who_lends_notes_the_departure_and_who_takes_agrees(self, w: World) -> None:
        exchange = lent(w)
        noted = rules.record(exchange, w.nadia, LEAVING, State(words="Une couture usée."))
        exchange.refresh_from_db()
        assert (exchange.state, noted.is_waiting) == ("under_way", True)
        assert told(w.odile) == ["hand_over_noted"]
        assert "hand_over_to_confirm" in todo_kinds(w.odile)
        with pytest.raises(Refused, match="l’autre côté"):
            rules.answer(noted, w.nadia)
        rules.answer(noted, w.odile)
        assert noted.answer == "agrees"
        with pytest.raises(Refused, match="déjà"):
            rules.answer(noted, w.odile)

    def test_a_return_noted_by_who_took_it_waits_for_who_lends(self, w: World) -> None:
        exchange = lent(w)
        rules.record(exchange, w.odile, LEAVING, State())
        back = rules.record(exchange, w.odile, RETURN, State())
        assert not is_given_back(exchange)
        assert todo_kinds(w.nadia).count("hand_over_to_confirm") == 2
        rules.answer(back, w.nadia, "Il manque un lest.")
        assert (back.answer, is_given_back(exchange)) == ("differs", True)
        assert "hand_over_differs" in told(w.odile)

    def test_a_return_noted_by_who_lends_is_enough(self, w: World) -> None:
        exchange = lent(w)
        rules.record(exchange, w.nadia, LEAVING, State())
        rules.record(exchange, w.nadia, RETURN, State())
        assert is_given_back(exchange)

    @pytest.mark.parametrize("kind", ["offer", "need"])
    def test_inside_one_house_a_deputy_never_confirms_what_their_side_noted(
        self, w: World, kind: str
    ) -> None:
        deputy, next_one = member(w.metropole, "agent"), member(w.metropole, "agent")
        listing = published(w.karim, w.metropole, f"{kind} equipment loan")
        Listing.objects.filter(pk=listing.pk).update(deputy=deputy)
        exchange = ask(listing, w.nadia, w.metropole)
        exchange_rules.accept(exchange, w.karim)
        exchange = Exchange.objects.for_page().get(pk=exchange.pk)
        noted = rules.record(exchange, deputy, LEAVING, State())
        assert noted.is_waiting
        for same_side in (deputy, w.karim):
            with pytest.raises(Refused, match="l’autre côté"):
                rules.answer(noted, same_side)
        # Nor once somebody else stands in.
        Listing.objects.filter(pk=listing.pk).update(deputy=next_one)
        noted = HandOver.objects.get(pk=noted.pk)
        with pytest.raises(Refused, match="l’autre côté"):
            rules.answer(noted, next_one)
        assert rules.answer(noted, w.nadia).answer == "agrees"

    def test_each_moment_is_noted_once_and_in_order(self, w: World) -> None:
        exchange = lent(w)
        with pytest.raises(Refused, match="d’abord le départ"):
            rules.record(exchange, w.nadia, RETURN, State())
        rules.record(exchange, w.nadia, LEAVING, State())
        with pytest.raises(Overtaken, match="déjà noté"):
            rules.record(exchange, w.odile, LEAVING, State())
        assert HandOver.objects.count() == 1
        assert exchange.events.filter(to_state="under_way").count() == 1

    def test_others_and_what_is_not_agreed_are_refused(self, w: World) -> None:
        asked = ask(published(w.nadia, w.metropole), w.odile, w.association)
        with pytest.raises(Refused, match="confirmé"):
            rules.record(asked, w.nadia, LEAVING, State())
        exchange = lent(w, title="Autre")
        with pytest.raises(Refused, match="deux parties"):
            rules.record(exchange, w.karim, LEAVING, State())
        rules.record(exchange, w.chloe, LEAVING, State())  # her organisation lends it

    def test_a_gift_leaves_for_good(self, w: World) -> None:
        listing = published(w.nadia, w.metropole, "offer equipment gift", terms={"unit_value": 20})
        exchange = ask(listing, w.odile, w.association)
        exchange_rules.accept(exchange, w.nadia)
        rules.record(exchange, w.nadia, LEAVING, State())
        with pytest.raises(Refused, match="rien n’est à rendre"):
            rules.record(exchange, w.odile, RETURN, State())
        assert is_given_back(exchange)

    def test_time_changes_hands_in_no_page(self, w: World) -> None:
        exchange = ask(skill(w.nadia, w.metropole, "own"), w.paul, w.partner)
        with pytest.raises(Refused, match="Rien ne change"):
            rules.record(exchange, w.paul, LEAVING, State())

    def test_the_meter_never_goes_back(self, w: World) -> None:
        exchange = lent(w, "offer vehicle loan", title="Fourgon")
        rules.record(exchange, w.nadia, LEAVING, State(kilometres=12_000, fuel="4"))
        with pytest.raises(Refused, match="12"):
            rules.record(exchange, w.odile, RETURN, State(kilometres=11_999))
        rules.record(exchange, w.odile, RETURN, State(kilometres=12_140, fuel="2"))

    def test_who_takes_a_vehicle_says_that_their_licence_is_valid(self, w: World) -> None:
        terms = {"licence": "permis B"}
        taken = lent(w, "offer vehicle loan", title="Fourgon", terms=terms)
        with pytest.raises(Refused, match="permis"):
            rules.record(taken, w.odile, LEAVING, State())
        noted = rules.record(taken, w.odile, LEAVING, State(licence=True))
        assert noted.licence_attested_at is not None
        # Noted by who lends, it is said by who takes when they confirm.
        handed = lent(w, "offer vehicle loan", title="Minibus", terms=terms)
        noted = rules.record(handed, w.nadia, LEAVING, State())
        assert noted.licence_attested_at is None
        with pytest.raises(Refused, match="permis"):
            rules.answer(noted, w.odile)
        assert rules.answer(noted, w.odile, licence=True).licence_attested_at is not None

    def test_who_takes_a_vehicle_names_who_else_drives(self, w: World) -> None:
        terms = {"licence": "permis B"}
        taken = lent(w, "offer vehicle loan", title="Fourgon", terms=terms)
        typed = State(licence=True, drivers=" Ana  Lopes\n\nMarc Petit\nAna Lopes")
        assert rules.record(taken, w.odile, LEAVING, typed).drivers == "Ana Lopes\nMarc Petit"
        handed = lent(w, "offer vehicle loan", title="Minibus", terms=terms)
        noted = rules.record(handed, w.nadia, LEAVING, State(drivers="Ana Lopes"))
        assert noted.drivers == "", "whoever lends does not say it for them"
        with pytest.raises(Refused, match="8 personnes au plus"):
            rules.answer(noted, w.odile, licence=True, drivers="Ana\n" + "x" * 81)
        assert rules.answer(noted, w.odile, licence=True, drivers="Ana Lopes").drivers
        barnum = lent(w)
        assert rules.record(barnum, w.odile, LEAVING, State(drivers="Ana Lopes")).drivers == ""

    def test_the_names_of_who_drove_go_with_the_person_and_with_time(self, w: World) -> None:
        taken = lent(w, "offer vehicle loan", title="Fourgon", terms={"licence": "permis B"})
        state = State(licence=True, drivers=w.karim.get_full_name())
        noted = rules.record(taken, w.odile, LEAVING, state)
        personal_data.forget(w.karim)
        noted.refresh_from_db()
        assert w.karim.last_name not in noted.drivers
        now = timezone.now()
        assert not personal_data.drivers_due(w.metropole, now).exists(), "it is still out"
        Exchange.objects.filter(pk=taken.pk).update(state="closed", state_since=now)
        later = now + timedelta(minutes=1)
        assert personal_data.forget_drivers(personal_data.drivers_due(w.metropole, later)) == 1
        noted.refresh_from_db()
        assert noted.drivers == ""

    def test_an_offer_that_answers_a_need_asks_for_its_licence_too(self, w: World) -> None:
        need = published(w.odile, w.association, "need vehicle loan", title="Porter des tables")
        van = published(w.nadia, w.metropole, "offer vehicle loan", terms={"licence": "permis B"})
        taken = ask(need, w.nadia, w.metropole, offer=van)
        exchange_rules.accept(taken, w.odile)
        with pytest.raises(Refused, match="permis"):
            rules.record(taken, w.odile, LEAVING, State())
        assert rules.record(taken, w.odile, LEAVING, State(licence=True)).licence_attested_at

    def test_photos_are_encoded_anew_and_counted(self, w: World) -> None:
        exchange = lent(w)
        with pytest.raises(Refused, match="Six"):
            rules.record(exchange, w.nadia, LEAVING, State(photos=[picture()] * 7))
        with pytest.raises(Refused):
            rules.record(exchange, w.nadia, LEAVING, State(photos=[picture(), decision()]))
        noted = rules.record(exchange, w.nadia, LEAVING, State(photos=[picture(), picture()]))
        paths = [photo.file.name for photo in noted.photos.all()]
        assert all(path.startswith(f"remises/{exchange.ref}/") for path in paths)
        assert len(set(paths)) == 2


class TestByOneself:
    def test_a_bike_is_taken_from_its_box_and_its_return_confirmed(self, w: World) -> None:
        exchange = booked(w, bikes(2))
        left = rules.record(exchange, w.paul, LEAVING, State())
        assert (left.is_waiting, told(w.nadia)) == (False, [])
        back = rules.record(exchange, w.paul, RETURN, State())
        assert (back.is_waiting, told(w.nadia)) == (True, ["hand_over_noted"])
        # What came back early is free again.
        assert exchange.allocations.get().returns_at <= timezone.now()

    def test_a_room_asks_nothing_of_its_keeper(self, w: World) -> None:
        exchange = booked(w, room(), "offer premises hosting")
        rules.record(exchange, w.paul, LEAVING, State())
        rules.record(exchange, w.paul, RETURN, State())
        assert told(w.nadia) == []
        assert is_given_back(exchange)

    def test_what_is_booked_for_another_day_is_not_taken_today(self, w: World) -> None:
        exchange = booked(w, bikes(1))
        later = timezone.now() + timedelta(days=2)
        Exchange.objects.filter(pk=exchange.pk).update(
            wanted_from=later, wanted_until=later + timedelta(hours=2)
        )
        with pytest.raises(Refused, match="ce jour-là"):
            rules.record(exchange, w.paul, LEAVING, State())

    def test_the_code_of_a_box_leads_whoever_has_it_now(self, w: World) -> None:
        resource = bikes(1)
        exchange = booked(w, resource)
        unit = resource.units.get()
        assert having(unit.pk, w.paul, timezone.now()) == exchange
        assert having(unit.pk, w.sonia, timezone.now()) is None


class TestDamage:
    def damaged(self, w: World, units: int = 1) -> tuple[Exchange, Incident]:
        exchange = booked(w, bikes(units))
        rules.record(exchange, w.paul, LEAVING, State())
        with pytest.raises(Refused, match="abîmé"):
            rules.record(exchange, w.paul, RETURN, State(condition="damaged"))
        rules.record(exchange, w.paul, RETURN, State(condition="damaged", words="Roue voilée."))
        return exchange, Incident.objects.get()

    def test_it_takes_the_unit_out_until_it_is_repaired_once(self, w: World) -> None:
        _, incident = self.damaged(w)
        unit = Unit.objects.get()
        assert (incident.unit, unit.in_service, unit.condition) == (unit, False, "broken")
        assert "incident_open" in todo_kinds(w.nadia)
        with pytest.raises(Refused, match="prête"):
            incidents.settle(incident, w.paul, "repaired", "Fait.")
        same = Incident.objects.get()
        incidents.settle(incident, w.nadia, "repaired", "Roue changée.")
        with pytest.raises(Overtaken):
            incidents.settle(same, w.chloe, "out_of_use", "Jetée.")
        unit.refresh_from_db()
        assert (unit.in_service, unit.condition) == (True, "good")
        assert told(w.paul)[-1] == "incident_settled"
        assert "incident_open" not in todo_kinds(w.nadia)

    def test_out_of_use_it_stays_out(self, w: World) -> None:
        _, incident = self.damaged(w)
        incidents.settle(incident, w.chloe, "out_of_use", "Cadre fendu.")
        assert not Unit.objects.get().in_service

    @pytest.mark.parametrize(("units", "kind"), [(1, "booking_at_risk"), (2, "booking_moved")])
    def test_who_reserved_it_next_gets_another_or_is_told(
        self, w: World, units: int, kind: str
    ) -> None:
        resource = bikes(units)
        exchange = booked(w, resource)
        start = timezone.now() + timedelta(days=3)
        nxt = ask(
            exchange.listing,
            w.karim,
            w.metropole,
            wanted_from=start,
            wanted_until=start + timedelta(hours=2),
        )
        first = exchange.allocations.get().unit
        Allocation.objects.filter(exchange=nxt).update(unit=first)
        rules.record(exchange, w.paul, LEAVING, State(condition="damaged", words="Frein mort."))
        assert kind in told(w.karim)
        incident = Incident.objects.get()
        without = [one.pk for one in incidents.left_without(incident)]
        assert without == ([nxt.pk] if units == 1 else [])


class TestTime:
    def test_what_begins_by_itself_begins_once(self, w: World) -> None:
        exchange = ask(skill(w.nadia, w.metropole, "own"), w.paul, w.partner)
        exchange_rules.accept(exchange, w.nadia)
        exchange_rules.accept(exchange, w.nadia)
        Exchange.objects.filter(pk=exchange.pk).update(
            wanted_from=timezone.now() + timedelta(days=1)
        )
        assert rules.start_due() == 0
        tomorrow = timezone.now() + timedelta(days=1, minutes=1)
        assert (rules.start_due(tomorrow), rules.start_due(tomorrow)) == (1, 0)
        exchange.refresh_from_db()
        assert (exchange.state, exchange.events.last().actor) == ("under_way", None)

    def test_without_dates_one_says_that_it_has_begun(self, w: World) -> None:
        exchange = ask(skill(w.nadia, w.metropole, "own"), w.paul, w.partner)
        exchange_rules.accept(exchange, w.nadia)
        exchange_rules.accept(exchange, w.nadia)
        with pytest.raises(Refused):
            rules.start(exchange, w.chloe)
        assert rules.start(exchange, w.paul).state == "under_way"

    def test_who_is_late_hears_of_it_once_a_day_then_who_lends_then_the_coordination(
        self, w: World
    ) -> None:
        exchange = booked(w, bikes(1))
        rules.record(exchange, w.paul, LEAVING, State())
        end = exchange.wanted_until
        assert end is not None
        assert clock.remind_late(end + timedelta(hours=1)) == 0
        first = end + timedelta(hours=3)
        assert (clock.remind_late(first), clock.remind_late(first)) == (1, 0)
        assert (told(w.paul), told(w.nadia)) == (["loan_late"], [])
        assert clock.remind_late(first + timedelta(days=1)) == 1
        assert clock.remind_late(first + timedelta(days=2)) == 1
        assert (len(told(w.paul)), told(w.nadia)) == (3, ["loan_late"])
        assert LateReminder.objects.count() == 1
        stuck = Exchange.objects.filter(stuck_q(end + timedelta(days=4)))
        assert list(stuck) == [exchange]
        rules.record(exchange, w.paul, RETURN, State())
        assert clock.remind_late(first + timedelta(days=3)) == 0

    @pytest.mark.parametrize("make", [bikes, chairs])
    def test_who_booked_it_next_is_warned_once_and_reads_no_name(self, w: World, make: Any) -> None:
        exchange = booked(w, make(1, closed_on_public_holidays=False))
        rules.record(exchange, w.paul, LEAVING, State())
        end = exchange.wanted_until
        assert end is not None

        def then(who: User, body: Any, days: int) -> Exchange:
            begins = end + timedelta(days=days)
            wanted = {"wanted_from": begins, "wanted_until": begins + timedelta(hours=3)}
            return ask(exchange.listing, who, body, **wanted)

        following = then(w.odile, w.association, 2)
        then(w.karim, w.metropole, 9)
        Notice.objects.all().delete()
        soon = end + timedelta(hours=3)
        assert clock.warn_next(soon) == 0, "who has it is reminded first"
        clock.remind_late(soon)
        assert (clock.warn_next(soon), clock.warn_next(soon)) == (1, 0)
        assert clock.warn_next(soon + timedelta(days=1)) == 0
        notice = Notice.objects.get(kind="booking_at_risk")
        assert (notice.recipient, notice.path) == (w.odile, following.get_absolute_url())
        for name in (w.paul.first_name, w.paul.last_name, w.partner.short_name):
            assert name not in notice.subject + notice.body
        # Given up, whose turn comes after that is warned, when it is near.
        exchange_rules.cancel(following, w.odile, "")
        assert clock.warn_next(soon + timedelta(days=1)) == 0
        assert clock.warn_next(end + timedelta(days=8)) == 1
        assert told(w.karim) == ["booking_at_risk"]

    def test_where_enough_is_left_nobody_is_worried(self, w: World) -> None:
        exchange = booked(w, chairs(9, closed_on_public_holidays=False))
        rules.record(exchange, w.paul, LEAVING, State())
        end = exchange.wanted_until
        assert end is not None
        begins = end + timedelta(days=1)
        wanted = {"wanted_from": begins, "wanted_until": begins + timedelta(hours=3)}
        ask(exchange.listing, w.odile, w.association, **wanted)
        clock.remind_late(end + timedelta(hours=3))
        assert clock.warn_next(end + timedelta(hours=3)) == 0

    def test_what_is_due_today_waits_for_who_has_it(self, w: World) -> None:
        exchange = booked(w, bikes(1))
        rules.record(exchange, w.paul, LEAVING, State())
        Exchange.objects.filter(pk=exchange.pk).update(
            wanted_from=timezone.now() - timedelta(hours=9),
            wanted_until=timezone.now() - timedelta(minutes=1),
        )
        assert "loan_due_back" in todo_kinds(w.paul)
        assert "loan_due_back" not in todo_kinds(w.nadia)
