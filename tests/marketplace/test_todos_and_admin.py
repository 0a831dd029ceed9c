"""What waits for whom, and what the platform's staff sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.todos.registry import COORDINATION, MINE, todos_for
from marketplace.catalogue import rules as listing_rules
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange
from tests.marketplace.factories import World, ask, published, skill


def waiting(user: User, desk: str) -> list[str]:
    fresh = User.objects.get(pk=user.pk)
    return [todo.kind for todo in todos_for(fresh, desk)]


def test_a_request_waits_for_the_keeper_then_the_answer_for_the_asker(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    assert waiting(w.nadia, MINE) == ["exchange_to_answer"]
    assert waiting(w.odile, MINE) == []
    rules.accept(exchange, w.nadia)
    assert waiting(w.nadia, MINE) == []
    assert waiting(w.odile, MINE) == ["exchange_agreed"]


def test_what_expired_waits_for_nobody(w: World) -> None:
    ask(published(w.nadia, w.metropole), w.odile, w.association)
    Exchange.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert waiting(w.nadia, MINE) == []


def test_a_returned_listing_waits_for_its_author(w: World) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    assert waiting(w.chloe, COORDINATION) == ["listing_to_review"]
    listing_rules.send_back(listing, w.chloe, "Trop long.")
    assert waiting(w.chloe, COORDINATION) == []
    assert waiting(w.nadia, MINE) == ["listing_returned"]


def test_the_coordination_hears_of_what_is_late_stuck_or_without_a_decision(w: World) -> None:
    late = ask(published(w.nadia, w.metropole), w.odile, w.association)
    assert waiting(w.chloe, COORDINATION) == []
    six_days_ago = timezone.now() - timedelta(days=6)
    Exchange.objects.filter(pk=late.pk).update(state_since=six_days_ago)
    assert waiting(w.chloe, COORDINATION) == ["exchange_unanswered"]
    rules.accept(Exchange.objects.get(pk=late.pk), w.nadia)
    Exchange.objects.filter(pk=late.pk).update(wanted_from=six_days_ago)
    assert waiting(w.chloe, COORDINATION) == ["exchange_stuck"]
    meeting = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    rules.accept(meeting, w.nadia)
    assert set(waiting(w.chloe, COORDINATION)) == {"exchange_stuck", "decision_missing"}


def test_who_left_has_nothing_waiting(w: World) -> None:
    ask(published(w.nadia, w.metropole), w.odile, w.association)
    w.nadia.memberships.update(ends_at=timezone.now())
    assert waiting(w.nadia, MINE) == []


def test_the_staff_reads_listings_and_exchanges_and_writes_none(
    w: World, client_for: Callable[..., Client]
) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.odile, w.association, message="Entre nous.")
    browser = client_for(w.staff)
    for url in (
        "/plateforme/marketplace/listing/",
        f"/plateforme/marketplace/listing/{listing.pk}/change/",
        "/plateforme/marketplace/exchange/",
        f"/plateforme/marketplace/exchange/{exchange.pk}/change/",
        "/plateforme/marketplace/category/",
        "/plateforme/marketplace/listingtag/",
    ):
        answer = browser.get(url)
        assert answer.status_code == 200, url
        assert "Entre nous." not in answer.content.decode()
    assert (
        browser.post(f"/plateforme/marketplace/exchange/{exchange.pk}/change/").status_code == 403
    )
    assert browser.get("/plateforme/marketplace/listing/add/").status_code == 403
    assert client_for(w.chloe).get("/plateforme/marketplace/listing/").status_code == 302


def test_the_staff_publishes_where_nobody_coordinates(
    w: World, client_for: Callable[..., Any]
) -> None:
    orphan = published(w.sonia, w.stranger, scope="public")
    covered = published(w.nadia, w.metropole, scope="public")
    client_for(w.staff).post(
        "/plateforme/marketplace/listing/",
        {"action": "publish_submitted", "_selected_action": [orphan.pk, covered.pk]},
    )
    for listing in (orphan, covered):
        listing.refresh_from_db()
    assert (orphan.state, covered.state) == ("published", "submitted")
    assert client_for(w.staff).get(f"/coordination/annonces/{orphan.ref}/").status_code == 200
