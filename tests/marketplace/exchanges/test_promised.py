"""What has no calendar is promised no more often than there is of it; its kind stays as agreed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.catalogue.terms import GiftTerms
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from tests.marketplace.factories import World, ask, published

GIFT = "offer equipment gift"


def given(w: World, quantity: int = 1) -> Listing:
    terms = {"unit_value": 20}
    return published(w.nadia, w.metropole, GIFT, terms=terms, quantity=quantity, title="Chaise")


def in_days(number: int) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(days=number)


def fresh(exchange: Exchange) -> Exchange:
    return Exchange.objects.for_page().get(pk=exchange.pk)


def test_the_only_chair_is_promised_once(w: World, client_for: Any) -> None:
    chair = given(w)
    first, second = ask(chair, w.odile, w.association), ask(chair, w.paul, w.partner)
    stale = fresh(second)
    rules.accept(first, w.nadia)
    with pytest.raises(Refused, match="déjà promis"):
        rules.accept(stale, w.nadia)
    page = client_for(w.nadia).get(second.get_absolute_url()).text
    assert "déjà promis à quelqu’un d’autre" in page
    Exchange.objects.filter(pk=first.pk).update(state="closed")
    with pytest.raises(Refused, match="déjà promis"):
        rules.accept(fresh(second), w.nadia)
    Exchange.objects.filter(pk=first.pk).update(state="cancelled")
    assert rules.accept(fresh(second), w.nadia).state == "confirmed"


def test_a_room_without_a_calendar_is_promised_once_at_a_time(w: World) -> None:
    room = published(w.nadia, w.metropole, "offer premises hosting", title="Salle des fêtes")
    dates = {"wanted_from": in_days(5), "wanted_until": in_days(6)}
    later = {"wanted_from": in_days(8), "wanted_until": in_days(9)}
    first = ask(room, w.odile, w.association, **dates)
    rules.accept(first, w.nadia)
    with pytest.raises(Refused, match="déjà promis"):
        rules.accept(ask(room, w.paul, w.partner, **dates), w.nadia)
    rules.accept(ask(room, w.karim, w.metropole, **later), w.nadia)


def test_a_team_may_welcome_two_people_at_once(w: World) -> None:
    team = published(w.nadia, w.metropole, "offer mission hosting", title="Une semaine aux serres")
    dates = {"wanted_from": in_days(5), "wanted_until": in_days(6)}
    for asker, body in ((w.paul, w.partner), (w.karim, w.metropole)):
        rules.accept(ask(team, asker, body, **dates), w.nadia)


def test_what_is_left_is_said_and_the_number_may_be_changed(w: World) -> None:
    chairs = given(w, 5)
    rules.accept(ask(chairs, w.odile, w.association, quantity=4), w.nadia)
    second = ask(chairs, w.paul, w.partner, quantity=2)
    with pytest.raises(Refused, match="reste que 1"):
        rules.accept(second, w.nadia)
    listing_rules.save(chairs, w.nadia, {"quantity": 6})
    assert rules.accept(fresh(second), w.nadia).state == "confirmed"


def test_a_loan_is_counted_at_its_busiest_moment(w: World) -> None:
    two = published(w.nadia, w.metropole, quantity=2)

    def asked(who: User, organisation: Any, starts: int, ends: int) -> Exchange:
        wanted = {"wanted_from": in_days(starts), "wanted_until": in_days(ends)}
        return ask(two, who, organisation, **wanted)

    rules.accept(asked(w.odile, w.association, 1, 3), w.nadia)
    rules.accept(asked(w.paul, w.partner, 3, 5), w.nadia)
    # One each day: one more fits over both.
    rules.accept(asked(w.karim, w.metropole, 1, 5), w.nadia)
    late = ask(two, w.odile, w.association, wanted_from=in_days(4), wanted_until=in_days(6))
    with pytest.raises(Refused, match="déjà promis à quelqu’un d’autre à ces dates"):
        rules.accept(late, w.nadia)
    undated = ask(two, w.paul, w.partner)
    assert rules.accept(undated, w.nadia).state == "confirmed", "dates are agreed by words"


def test_an_offer_answers_needs_with_no_more_than_it_has(w: World) -> None:
    chair, chairs = given(w), given(w, 3)
    terms = {"for_whom": "tous"}
    many = published(w.odile, w.association, "need equipment gift", terms=terms, quantity=9)
    one = published(w.odile, w.association, "need equipment gift", terms=terms)
    with pytest.raises(Refused, match="n’en compte qu’un"):
        ask(many, w.nadia, w.metropole, offer=chair, quantity=2)
    with pytest.raises(Refused, match="Votre offre en compte 3"):
        ask(many, w.nadia, w.metropole, offer=chairs, quantity=4)
    rules.accept(ask(many, w.nadia, w.metropole, offer=chair), w.odile)
    with pytest.raises(Refused, match="déjà promis"):
        rules.accept(ask(one, w.nadia, w.metropole, offer=chair), w.odile)


def test_the_cap_of_gifts_holds_on_the_day_of_the_agreement(w: World) -> None:
    exchange = ask(given(w), w.odile, w.association)
    GiftTerms.objects.update(unit_value=Decimal(301))
    with pytest.raises(Refused, match="300"):
        rules.accept(fresh(exchange), w.nadia)


@pytest.mark.parametrize("as_answer", [False, True])
def test_the_kind_stays_while_exchanges_are_open(w: World, as_answer: bool) -> None:
    offer = published(w.nadia, w.metropole)
    if as_answer:
        need = published(w.odile, w.association, "need equipment loan")
        exchange = ask(need, w.nadia, w.metropole, offer=offer)
    else:
        exchange = ask(offer, w.odile, w.association)
    gift = {"transfer": "gift"}
    with pytest.raises(Refused, match="échanges sont en cours"):
        listing_rules.save(offer, w.nadia, gift, {"unit_value": Decimal(20)})
    listing_rules.save(offer, w.nadia, {"title": "Barnum blanc"})
    rules.cancel(exchange, exchange.asked_by)
    assert listing_rules.save(offer, w.nadia, gift, {"unit_value": Decimal(20)}).transfer == "gift"
