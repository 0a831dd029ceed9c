"""What was agreed stays as it was that day, whatever becomes of the listing."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.exchanges import departures, rules
from marketplace.exchanges.agreed.rules import keep, terms
from marketplace.models import AgreedTerm, Exchange, LoanTerms
from tests.marketplace.factories import World, ask, published

pytestmark = pytest.mark.django_db
CHANGED = "a changé depuis"


@pytest.fixture
def tent(w: World) -> Any:
    return published(w.nadia, w.metropole, terms={"conditions": "À rendre sec.", "fuel": ""})


@pytest.fixture
def agreed(w: World, tent: Any) -> Exchange:
    exchange = ask(tent, w.odile, w.association)
    rules.accept(exchange, w.nadia)
    exchange.refresh_from_db()
    return exchange


def change(tent: Any, words: str) -> None:
    LoanTerms.objects.filter(listing=tent).update(conditions=words)


def page(browser: Any, exchange: Exchange, more: str = "") -> str:
    answer = browser.get(f"{exchange.get_absolute_url()}{more}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_terms_of_the_yes_are_kept(w: World, tent: Any, agreed: Exchange) -> None:
    change(tent, "À rendre lavé et repassé.")
    assert ("Conditions", "À rendre sec.") in terms(Exchange.objects.get(pk=agreed.pk))


def test_both_sides_read_them_and_that_the_listing_has_changed(
    client_for: Any, w: World, tent: Any, agreed: Exchange
) -> None:
    for person in (w.odile, w.nadia):
        said = page(client_for(person), agreed)
        assert "Ce que vous avez convenu" in said
        assert CHANGED not in said
    change(tent, "À rendre lavé et repassé.")
    for person in (w.odile, w.nadia):
        said = page(client_for(person), agreed)
        assert "À rendre sec." in said
        assert CHANGED in said
        assert "repassé" not in said
    paper = page(client_for(w.odile), agreed, "fiche/")
    assert "À rendre sec." in paper
    assert "repassé" not in paper


def test_until_then_the_listing_speaks(client_for: Any, w: World, tent: Any) -> None:
    exchange = ask(tent, w.odile, w.association)
    change(tent, "À rendre lavé et repassé.")
    assert not AgreedTerm.objects.exists()
    assert "Ce que vous avez convenu" not in page(client_for(w.odile), exchange)
    assert ("Conditions", "À rendre lavé et repassé.") in terms(
        Exchange.objects.get(pk=exchange.pk)
    )


def test_of_a_need_they_are_those_of_the_offer_that_answers_it(w: World, tent: Any) -> None:
    need = published(w.odile, w.association, "need equipment loan")
    exchange = ask(need, w.nadia, w.metropole, offer=tent)
    rules.accept(exchange, w.odile)
    change(tent, "À rendre lavé et repassé.")
    assert ("Conditions", "À rendre sec.") in terms(Exchange.objects.get(pk=exchange.pk))


def test_a_yes_taken_back_and_given_again_changes_nothing(
    w: World, tent: Any, agreed: Exchange
) -> None:
    change(tent, "À rendre lavé et repassé.")
    keep(agreed)
    assert agreed.agreed_terms.filter(label="Conditions").get().words == "À rendre sec."


def test_who_leaves_is_taken_out_of_them_too(w: World) -> None:
    terms_of_nadia = {"conditions": "Demandez Nadia Merle, ou Nadia tout court."}
    exchange = ask(published(w.nadia, w.metropole, terms=terms_of_nadia), w.odile, w.association)
    rules.accept(exchange, w.nadia)
    assert "Nadia" in exchange.agreed_terms.get(label="Conditions").words
    departures.leave(w.nadia)
    assert "Nadia" not in exchange.agreed_terms.get(label="Conditions").words
