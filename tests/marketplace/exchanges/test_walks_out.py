"""Journeys through pages alone: the host's manager, one of several who leaves, an end announced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, User
from marketplace.exchanges import rules
from marketplace.exchanges.interrupting import rules as stopping
from marketplace.exchanges.models import Exchange
from tests.factories import member
from tests.marketplace.exchanges.team import agreed, consent, team
from tests.marketplace.factories import World
from tests.marketplace.test_interrupting import in_days, under_way

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return unescape(answer.content.decode())


def told(person: User, kind: str) -> Notice:
    return Notice.objects.filter(recipient=person, kind=kind).latest("pk")


def test_the_host_s_manager_answers_by_the_link_of_their_letter(
    w: World, client_for: Browser
) -> None:
    t = team(w)
    exchange = agreed(w)
    letter = told(t.bruno, "consent_asked")
    assert "viendrait aider votre équipe" in letter.body
    page = text(client_for().get(letter.path))
    assert "Oui, d’accord" in page
    assert exchange.listing.title in page
    # Who comes is named to the house that sends them, not yet to the one that welcomes.
    assert "Merle" not in page
    text(client_for().post(letter.path, {"reponse": "oui"}))
    assert consent(exchange, "host_manager").decided_by == t.bruno
    assert "déjà donné" in text(client_for().get(letter.path), 410)

    # One of the two is not enough: the exchange waits for who manages the agent.
    exchange.refresh_from_db()
    assert exchange.state == "agreed"
    text(client_for().post(told(t.thomas, "consent_asked").path, {"reponse": "oui"}))
    exchange.refresh_from_db()
    assert exchange.state == "confirmed"
    answered = told(t.bruno, "consent_answered")
    assert text(client_for(t.bruno).get(answered.path))


def test_one_of_several_leaves_from_the_page_of_the_exchange(w: World, client_for: Browser) -> None:
    exchange = under_way(w, "working")
    other = member(w.metropole, "agent", first_name="Lucie", last_name="Noël")
    exchange.participants.create(user=other, state="confirmed")
    page, leave = exchange.get_absolute_url(), f"{exchange.get_absolute_url()}ne-plus-venir/"
    browser = client_for(other)
    assert leave in text(browser.get(page))
    assert "Lucie Noël" in text(client_for(w.odile).get(page))
    assert "L’échange continue avec les autres" in text(browser.get(leave))
    done = browser.post(leave, {"words": "Bonne fin de saison."}, follow=True)
    assert "les autres sont prévenus" in text(done)

    for person in (w.odile, w.nadia):
        notice = told(person, "exchange_one_less")
        assert "Bonne fin de saison." in notice.body
        assert text(client_for(person).get(notice.path))
    assert "Vient aussi" not in text(client_for(w.odile).get(page))
    # Sent twice, or by who is alone now: said, and nothing happens.
    assert browser.post(leave, {"words": ""}).status_code in (302, 404)
    alone = client_for(w.nadia).get(leave, follow=True)
    assert "la seule personne à venir" in text(alone)
    exchange.refresh_from_db()
    assert exchange.state == "under_way"


def test_an_end_is_announced_with_its_notice_taken_back_and_comes(
    w: World, client_for: Browser
) -> None:
    exchange = under_way(w)
    page, stop = exchange.get_absolute_url(), f"{exchange.get_absolute_url()}arreter/"
    lender, taker = client_for(w.nadia), client_for(w.odile)
    too_soon = {"code": "needed", "words": "La fête du quartier.", "last_day": in_days(2)}
    refused = text(lender.post(stop, too_soon), 400)
    assert "La fête du quartier." in refused
    said = lender.post(stop, too_soon | {"last_day": in_days(9)}, follow=True)
    assert "l’échange continue jusque-là" in text(said)
    seen = text(taker.get(told(w.odile, "exchange_stopping").path))
    assert "La fête du quartier." in seen
    assert "Fin annoncée" in seen
    # Who announced it takes it back; the other side does not.
    assert "Finalement, continuer" not in seen
    back = f"{stop}reprendre/"
    assert "échange continue" in text(lender.post(back, follow=True))
    assert text(taker.get(told(w.odile, "exchange_goes_on").path))

    lender.post(stop, too_soon | {"last_day": in_days(9)})
    assert stopping.stop_due(timezone.now() + timedelta(days=10)) == 1
    assert Exchange.objects.get(pk=exchange.pk).state == "interrupted"
    for person, browser in ((w.odile, taker), (w.nadia, lender)):
        for kind in ("exchange_stopped", "exchange_left_to_do"):
            assert text(browser.get(told(person, kind).path, follow=True))
    assert "La fête du quartier." in text(taker.get(page))


def test_the_coordination_that_was_asked_where_nobody_manages_reads_of_the_end(
    w: World, client_for: Browser
) -> None:
    """It has no team to look at: the notice leads to what it answered."""
    welcomes = member(w.partner, "agent", "coordinator")
    exchange = agreed(w)
    assert consent(exchange, "host_manager").asked_of == welcomes
    rules.cancel(exchange, w.nadia, "Je change de poste.", code="unavailable")
    assert text(client_for(welcomes).get(told(welcomes, "exchange_cancelled").path))
