"""A sheet of paper for who has no computer: what, when, where, whom to call, how to stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.exchanges import rules
from marketplace.models import Exchange, Listing
from marketplace.words import day_words
from tests.marketplace.factories import World, ask, published, skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan(w: World) -> Exchange:
    w.metropole.phone = "03 87 00 00 01"
    w.metropole.save()
    begins = timezone.now() + timedelta(days=12)
    return ask(
        published(w.nadia, w.metropole, place_label="Dépôt de la gare"),
        w.odile,
        w.association,
        wanted_from=begins,
        wanted_until=begins + timedelta(days=2),
    )


def sheet(browser: Any, exchange: Exchange, side: str = "") -> str:
    answer = browser.get(f"{exchange.get_absolute_url()}fiche/", {"cote": side} if side else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_all_one_needs_away_from_a_screen(
    client_for: Any, w: World, loan: Exchange
) -> None:
    page = sheet(client_for(w.odile), loan)
    for words in (loan.listing.title, "Dépôt de la gare", "03 87 00 00 01", loan.ref, "arrêter"):
        assert words in page
    assert "paper-page" in page


def test_of_a_need_it_prints_the_terms_of_the_offer_that_answers_it(
    client_for: Any, w: World
) -> None:
    need = published(w.odile, w.association, "need equipment loan")
    offer = published(w.nadia, w.metropole, terms={"conditions": "À rendre propre et sec."})
    exchange = ask(need, w.nadia, w.metropole, offer=offer)
    assert "À rendre propre et sec." in sheet(client_for(w.odile), exchange)


def test_hidden_names_stay_hidden_from_whoever_it_is_handed_to(
    client_for: Any, w: World, loan: Exchange
) -> None:
    """The métropole's coordination may read both names; who gets the sheet, not yet."""
    assert "Nadia" not in sheet(client_for(w.odile), loan)
    rules.accept(loan, w.nadia)
    assert "Nadia Merle" in sheet(client_for(w.odile), loan)


def test_the_coordination_prints_the_side_of_its_own_people(
    client_for: Any, w: World, loan: Exchange
) -> None:
    page = sheet(client_for(w.chloe), loan)
    assert "<strong>Nadia Merle</strong>" in page
    # Not the one of the association, whatever the address says.
    assert "<strong>Nadia Merle</strong>" in sheet(client_for(w.chloe), loan, "demande")


def test_between_two_services_both_sheets_are_printed_each_for_its_person(
    client_for: Any, w: World
) -> None:
    inside = ask(published(w.nadia, w.metropole), w.karim, w.metropole)
    first = sheet(client_for(w.chloe), inside)
    second = sheet(client_for(w.chloe), inside, "annonce")
    assert "Pour : <strong>Karim Aziz</strong>" in first.replace("\u00a0", " ")
    assert "Pour : <strong>Nadia Merle</strong>" in second.replace("\u00a0", " ")


def test_a_listing_written_for_somebody_has_its_sheet(client_for: Any, w: World) -> None:
    listing = skill(w.nadia, w.metropole, title="Coudre un ourlet")
    Listing.objects.filter(pk=listing.pk).update(entered_by=w.chloe)
    address = f"/mes-annonces/{listing.ref}/fiche/"
    page = client_for(w.chloe).get(address).content.decode()
    assert "Coudre un ourlet" in page
    assert "<strong>Nadia Merle</strong>" in page
    assert "La coordination" in page
    assert "Ce que dit l’annonce" in page
    assert "convenu" not in page
    assert client_for(w.karim).get(address).status_code == 404


def test_nothing_is_called_agreed_before_it_is(client_for: Any, w: World, loan: Exchange) -> None:
    asked = sheet(client_for(w.odile), loan)
    assert "<h3>Ce qui est demandé</h3>" in asked
    assert "convenu" not in asked
    rules.accept(loan, w.nadia)
    assert "<h3>Ce qui est convenu</h3>" in sheet(client_for(w.odile), loan)


def test_what_has_ended_says_so(client_for: Any, w: World, loan: Exchange) -> None:
    Exchange.objects.filter(pk=loan.pk).update(state="cancelled")
    assert "il n’y a plus rien à faire" in sheet(client_for(w.odile), loan)


def test_it_says_the_day_of_the_agreement_whatever_came_after(
    client_for: Any, w: World, loan: Exchange
) -> None:
    agreed = rules.accept(loan, w.nadia)
    day = timezone.now() - timedelta(days=9)
    agreed.events.filter(to_state="agreed").update(at=day)
    assert f"<dd>{day_words(day)}</dd>" in sheet(client_for(w.odile), agreed)
