"""An exchange under way stops with a notice, or at once for safety; one of several may leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.days import day_end
from accounts.models import Notice, User
from marketplace.booking.models import Allocation
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules, timeline
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.handover import rules as handing_over
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.interrupting import participants
from marketplace.exchanges.interrupting import rules as stopping
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.interrupting.rules import Stop
from marketplace.exchanges.models import Exchange, Participant
from marketplace.refusals import Overtaken, Refused
from tests.factories import member
from tests.marketplace.booking.factories import bikes
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import World, ask, published, skill

pytestmark = pytest.mark.django_db


def under_way(w: World, kind: str = "loan") -> Exchange:
    """Return an exchange under way for sixty days more, between the métropole and Lire."""
    listing = (
        published(w.nadia, w.metropole)
        if kind == "loan"
        else skill(w.nadia, w.metropole, whose_time=kind)
    )
    exchange = ask(listing, w.odile, w.association)
    now = timezone.now()
    Exchange.objects.filter(pk=exchange.pk).update(
        state="under_way",
        contact_accepted_at=now,
        expires_at=None,
        wanted_from=now - timedelta(days=3),
        wanted_until=now + timedelta(days=60),
    )
    Notice.objects.all().delete()
    return Exchange.objects.for_page().get(pk=exchange.pk)


def in_days(number: int):  # type: ignore[no-untyped-def]
    return timezone.localdate() + timedelta(days=number)


def heard(person: User, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person, kind=kind))


def test_it_goes_on_until_the_day_named_and_stops_then(w: World) -> None:
    exchange = under_way(w)
    day = in_days(10)
    exchange = stopping.stop(exchange, w.odile, Stop("no_need", "La fête est annulée.", day))
    assert exchange.state == "under_way"
    assert exchange.wanted_until == day_end(day)
    (notice,) = heard(w.nadia, "exchange_stopping")
    assert "La fête est annulée." in notice.body
    assert stopping.stop_due() == 0
    assert stopping.stop_due(day_end(day)) == 1
    assert stopping.stop_due(day_end(day)) == 0
    exchange.refresh_from_db()
    assert exchange.state == "interrupted"
    assert heard(w.odile, "exchange_stopped")
    assert heard(w.nadia, "exchange_stopped")
    assert exchange.events.last().reason_code == "no_need"  # type: ignore[union-attr]


def test_a_lender_leaves_the_time_to_find_something_else(w: World) -> None:
    exchange = under_way(w)
    with pytest.raises(Refused, match="Laissez 7"):
        stopping.stop(exchange, w.nadia, Stop("needed", "", in_days(2)))
    with pytest.raises(Refused, match="passé"):
        stopping.stop(exchange, w.nadia, Stop("needed", "", in_days(-1)))
    with pytest.raises(Refused, match="se termine avant"):
        stopping.stop(exchange, w.nadia, Stop("needed", "", in_days(90)))
    with pytest.raises(Refused, match="quelques mots"):
        stopping.stop(exchange, w.nadia, Stop("other", " ", in_days(9)))
    assert not Interruption.objects.exists()


def test_who_gives_their_time_is_bound_by_no_notice(w: World) -> None:
    exchange = stopping.stop(under_way(w, "working"), w.nadia, Stop("unavailable", "", in_days(0)))
    assert exchange.wanted_until == day_end(in_days(0))


def test_safety_stops_at_once_and_the_coordination_hears(w: World) -> None:
    exchange = stopping.stop(under_way(w), w.odile, Stop("safety", "Un mât est fendu."))
    assert exchange.state == "interrupted"
    assert [len(heard(one, "exchange_stopped")) for one in (w.nadia, w.chloe, w.odile)] == [1, 1, 0]
    assert "Un mât est fendu." in timeline.steps(exchange, w.nadia)[-1]["detail"]


def test_safety_goes_before_an_end_already_announced(w: World) -> None:
    exchange = under_way(w)
    stopping.stop(exchange, w.odile, Stop("no_need", "", in_days(20)))
    with pytest.raises(Overtaken, match="déjà annoncé"):
        stopping.stop(exchange, w.nadia, Stop("needed", "", in_days(30)))
    assert stopping.stop(exchange, w.nadia, Stop("safety")).state == "interrupted"
    assert Interruption.objects.get().planned_until == exchange.wanted_until


def test_strangers_and_what_has_not_begun_are_left_alone(w: World) -> None:
    exchange = under_way(w)
    for person in (w.paul, w.karim, w.remi):
        with pytest.raises(Refused):
            stopping.stop(exchange, person, Stop("safety"))
    asked = ask(published(w.nadia, w.metropole), w.paul, w.partner)
    with pytest.raises(Refused, match="en cours"):
        stopping.stop(asked, w.nadia, Stop("safety"))


def test_the_calendar_is_free_from_the_day_it_stops(w: World) -> None:
    listing = bike_listing(w)
    exchange = book(listing, w.karim, w.metropole)
    Exchange.objects.filter(pk=exchange.pk).update(state="under_way")
    exchange = Exchange.objects.for_page().get(pk=exchange.pk)
    stopping.stop(exchange, w.chloe, Stop("safety"))
    assert not Allocation.objects.live().filter(exchange=exchange).exists()


class TestTakenBack:
    """Who announced the end may still say, before its day, that it goes on."""

    def test_it_goes_on_as_agreed_and_everybody_hears(self, w: World) -> None:
        exchange = under_way(w)
        planned = exchange.wanted_until
        stopping.stop(exchange, w.odile, Stop("no_need", "", in_days(10)))
        exchange = stopping.take_back(exchange, w.odile)
        assert (exchange.state, exchange.wanted_until) == ("under_way", planned)
        assert heard(w.nadia, "exchange_goes_on")
        assert stopping.stop_due(day_end(in_days(10))) == 0
        assert "retiré" in str(timeline.steps(exchange, w.nadia))
        with pytest.raises(Refused, match="Aucun arrêt"):
            stopping.take_back(exchange, w.odile)

    def test_it_may_be_announced_again(self, w: World) -> None:
        exchange = under_way(w)
        stopping.stop(exchange, w.odile, Stop("no_need", "", in_days(10)))
        stopping.take_back(exchange, w.odile)
        stopping.stop(exchange, w.nadia, Stop("needed", "", in_days(20)))
        assert Interruption.objects.filter(exchange=exchange).count() == 2
        assert stopping.stop_due(day_end(in_days(20))) == 1

    def test_only_who_announced_it_and_only_before_its_day(self, w: World) -> None:
        exchange = under_way(w)
        stopping.stop(exchange, w.odile, Stop("no_need", "", in_days(10)))
        for person in (w.nadia, w.chloe, w.karim):
            with pytest.raises(Refused, match="Seule la personne"):
                stopping.take_back(exchange, person)
        Interruption.objects.update(stops_at=timezone.now())
        with pytest.raises(Refused, match="passé"):
            stopping.take_back(exchange, w.odile)

    def test_its_calendar_is_taken_again_unless_somebody_has_it(self, w: World) -> None:
        exchange = self.lent(w)
        planned = exchange.allocations.get().returns_at
        stopping.stop(exchange, w.karim, Stop("no_need", "", in_days(8)))
        assert exchange.allocations.get().returns_at == day_end(in_days(8))
        stopping.take_back(exchange, w.karim)
        assert exchange.allocations.get().returns_at == planned
        stopping.stop(exchange, w.karim, Stop("no_need", "", in_days(8)))
        later = day_end(in_days(9))
        ask(
            exchange.listing,
            w.paul,
            w.partner,
            wanted_from=later,
            wanted_until=later + timedelta(days=1),
        )
        with pytest.raises(Refused, match="quelqu’un d’autre"):
            stopping.take_back(exchange, w.karim)
        assert exchange.allocations.get().returns_at == day_end(in_days(8))
        assert Interruption.objects.that_count().filter(exchange=exchange).exists()

    def lent(self, w: World) -> Exchange:
        """Return the only thing of a calendar, with Karim for twenty days."""
        listing = published(w.nadia, w.metropole, "offer vehicle loan", access="direct")
        Listing.objects.filter(pk=listing.pk).update(resource=bikes(1))
        listing.refresh_from_db()
        now = timezone.now().replace(microsecond=0)
        until = now + timedelta(days=20)
        exchange = ask(listing, w.karim, w.metropole, wanted_from=now, wanted_until=until)
        handing_over.record(exchange, w.karim, "leaving", State())
        return Exchange.objects.for_page().get(pk=exchange.pk)

    def test_its_page_offers_it_to_who_announced_it(self, w: World, client_for: Any) -> None:
        exchange = under_way(w)
        stopping.stop(exchange, w.odile, Stop("no_need", "", in_days(10)))
        page = exchange.get_absolute_url()
        assert "Finalement, continuer" in client_for(w.odile).get(page).text
        assert "Finalement, continuer" not in client_for(w.nadia).get(page).text
        assert client_for(w.odile).post(f"{page}arreter/reprendre/").status_code == 302
        assert not Interruption.objects.that_count().exists()


def test_the_timeline_says_until_when(w: World) -> None:
    exchange = stopping.stop(under_way(w, "own"), w.nadia, Stop("needed", "", in_days(12)))
    steps = timeline.steps(exchange, w.odile)
    assert any("Fin annoncée" in one["title"] for one in steps)
    assert any(one["state"] == "now" and "jusqu’au" in one["title"] for one in steps)


def test_one_of_several_leaves_and_the_others_go_on(w: World) -> None:
    exchange = under_way(w, "working")
    other = member(w.metropole, "agent", first_name="Lucie", last_name="Noël")
    with pytest.raises(Refused, match="la seule personne"):
        participants.leave(exchange, w.nadia)
    exchange.participants.create(user=other, state="confirmed")
    participants.leave(exchange, other, "Bon courage !")
    exchange.refresh_from_db()
    assert exchange.state == "under_way"
    assert exchange.participants.get(user=other).state == Participant.State.LEFT
    step = next(
        one for one in timeline.steps(exchange, w.nadia) if one["title"] == "Une personne de moins"
    )
    assert "Lucie Noël" in step["detail"]
    (notice,) = heard(w.odile, "exchange_one_less")
    assert "Bon courage" in notice.body
    with pytest.raises(Refused, match="pas parmi"):
        participants.leave(exchange, other)


def test_the_manager_who_said_yes_hears_of_it(w: World) -> None:
    exchange = under_way(w, "working")
    boss = member(w.metropole, "agent", "manager")
    Consent.objects.create(
        exchange=exchange,
        participant=exchange.participants.get(),
        kind="home_manager",
        organisation=w.metropole,
        state="given",
        asked_of=boss,
        expires_at=timezone.now() + timedelta(days=9),
        decided_by=boss,
        decided_at=timezone.now(),
    )
    stopping.stop(exchange, w.nadia, Stop("unavailable", "", in_days(2)))
    (notice,) = heard(boss, "exchange_stopping")
    assert notice.path == "/mon-equipe/"
    assert "Nadia" not in notice.body


def test_participants_hear_of_a_cancellation_and_what_stopped_is_still_talked_about(
    w: World,
) -> None:
    other = member(w.metropole, "agent")
    exchange = ask(skill(w.nadia, w.metropole, whose_time="own"), w.odile, w.association)
    Exchange.objects.filter(pk=exchange.pk).update(state="agreed")
    exchange.participants.create(user=other)
    exchange = Exchange.objects.for_page().get(pk=exchange.pk)
    rules.cancel(exchange, w.odile, "La salle est fermée.")
    assert len(heard(other, "exchange_cancelled")) == 1
    stopped = stopping.stop(under_way(w), w.odile, Stop("safety"))
    assert rules.write(stopped, w.nadia, "Je viens le chercher.").pk


def test_once_an_end_is_announced_its_page_asks_of_danger_only(client_for: Any, w: World) -> None:
    exchange = under_way(w)
    address = f"{exchange.get_absolute_url()}arreter/"
    asked = client_for(w.odile).get(address).content.decode()
    assert "sauf pour la sécurité" in asked
    assert "nécessaire pour une autre raison" in asked
    stopping.stop(exchange, w.odile, Stop("no_need", "", in_days(20)))
    page = client_for(w.nadia).get(address).content.decode()
    assert "La fin est déjà annoncée" in page
    assert 'name="last_day"' not in page
    assert page.count('type="radio"') == 1
    # A form that was open before says the same, and changes nothing.
    late = client_for(w.nadia).post(address, {"code": "needed", "last_day": f"{in_days(30)}"})
    assert late.status_code == 400
    assert "seul un danger" in late.content.decode()
    assert client_for(w.nadia).post(address, {"code": "safety"}).status_code == 302
    exchange.refresh_from_db()
    assert exchange.state == "interrupted"


def test_the_pages_ask_and_say(client_for, w: World) -> None:  # type: ignore[no-untyped-def]
    exchange = under_way(w)
    browser = client_for(w.nadia)
    assert "Arrêter l’échange" in browser.get(exchange.get_absolute_url()).content.decode()
    address = f"{exchange.get_absolute_url()}arreter/"
    assert "7\u00a0jours" in browser.get(address).content.decode()
    refused = browser.post(address, {"code": "other", "last_day": ""})
    assert refused.status_code == 400
    assert "Dites quel sera le dernier jour" in refused.content.decode()
    done = browser.post(address, {"code": "safety", "last_day": "hier", "words": "<b>gaz</b>"})
    assert done.status_code == 302
    page = client_for(w.odile).get(exchange.get_absolute_url()).content.decode()
    assert "&lt;b&gt;gaz" in page
    # The link of a page that is out of date leads back to what happened.
    assert browser.get(address).status_code == 302
