"""What leaves and comes back today, for whoever keeps the thing and their deputy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.todos.registry import MINE, todos_for
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.handover import rules
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.handover.today import today_of
from marketplace.exchanges.models import Exchange
from tests.marketplace.booking.factories import bikes
from tests.marketplace.factories import World, ask, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def lent(w: World) -> Exchange:
    """Odile takes a bike of Nadia's service today, until this evening; Karim stands in."""
    listing = published(w.nadia, w.metropole, "offer vehicle loan", title="Vélo-cargo")
    Listing.objects.filter(pk=listing.pk).update(resource=bikes(2), deputy=w.karim)
    listing.refresh_from_db()
    now = timezone.now().replace(microsecond=0)
    until = now + timedelta(minutes=5)
    exchange = ask(listing, w.odile, w.association, wanted_from=now, wanted_until=until)
    exchange_rules.accept(exchange, w.nadia)
    return Exchange.objects.for_page().get(pk=exchange.pk)


def seen(user: User, **at: Any) -> dict[str, list[str]]:
    fresh = User.objects.get(pk=user.pk)
    groups = today_of(fresh, **at)
    return {group["slug"]: [row["title"] for row in group["rows"]] for group in groups}


def kinds(user: User) -> list[str]:
    return [one.kind for one in todos_for(User.objects.get(pk=user.pk), MINE)]


def test_it_leaves_comes_back_and_is_late(w: World, lent: Exchange) -> None:
    for keeper in (w.nadia, w.karim):
        assert seen(keeper) == {"leaving": ["Vélo-cargo"]}
        assert "loan_to_hand_over" in kinds(keeper)
    rules.record(lent, w.nadia, "leaving", State())
    assert seen(w.nadia) == {"back": ["Vélo-cargo"]}
    assert "loan_to_get_back" in kinds(w.karim)
    assert seen(w.nadia, now=timezone.now() + timedelta(days=1)) == {"late": ["Vélo-cargo"]}
    rules.record(lent, w.nadia, "return", State())
    assert seen(w.nadia) == seen(w.karim) == {}
    assert "loan_to_get_back" not in kinds(w.nadia)


def test_nobody_else_has_it_on_their_list(w: World, lent: Exchange) -> None:
    for person in (w.odile, w.chloe, w.paul, w.remi):
        assert seen(person) == {}
        assert "loan_to_hand_over" not in kinds(person)


def test_a_key_box_hands_over_alone_but_its_keeper_may_look(w: World, lent: Exchange) -> None:
    Listing.objects.filter(pk=lent.listing_id).update(access="direct")
    assert seen(w.nadia) == {"leaving": ["Vélo-cargo"]}
    assert "loan_to_hand_over" not in kinds(w.nadia)


def test_the_page_says_which_and_for_whom(w: World, lent: Exchange, client_for: Any) -> None:
    page = client_for(w.karim).get("/mes-echanges/").text
    assert "Ce qui part aujourd’hui" in page
    assert lent.allocations.get().unit.label in page
    assert f"{lent.get_absolute_url()}remise/" in page
    assert "Ce qui part aujourd’hui" not in client_for(w.odile).get("/mes-echanges/").text


def test_ten_loans_cost_as_many_queries_as_one(
    w: World, lent: Exchange, django_assert_num_queries: Any
) -> None:
    today_of(w.nadia)  # who reads is known by now
    with django_assert_num_queries(2):
        today_of(w.nadia)
    for _ in range(3):
        other = published(w.nadia, w.metropole, title="Barnum")
        now = timezone.now()
        wanted = {"wanted_from": now, "wanted_until": now + timedelta(hours=1)}
        exchange_rules.accept(ask(other, w.odile, w.association, **wanted), w.nadia)
    with django_assert_num_queries(2):
        assert sum(len(group["rows"]) for group in today_of(w.nadia)) == 4
