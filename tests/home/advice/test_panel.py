"""The advice beside the form: of the draft as it was saved, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from home.advice.pieces import HEADING, IMAGE, LINK, SUMMARY, TEXT, pieces_of
from home.models import EditorialImage
from tests.home.desk_forms import write
from tests.home.factories import Intranet, guide, picture


@pytest.fixture
def page(vallees: Intranet) -> Any:
    body = [
        {"heading": "Par où commencer"},
        {"paragraph": '<p>Voir <a linktype="page" id="3">ici</a>.</p><h3>Le matin</h3><p>Tôt.</p>'},
        {"steps": [{"title": "Venir", "text": "<p>Avec la DRH.</p>"}]},
        {"quote": {"text": "On y va.", "author": "Karim"}},
    ]
    return guide(vallees, body=body)


def test_a_page_is_read_in_order(vallees: Intranet, page: Any) -> None:
    image = picture(vallees)
    EditorialImage.objects.filter(pk=image.pk).update(description="")
    page.image = EditorialImage.objects.get(pk=image.pk)
    kinds = [(piece.kind, piece.text) for piece in pieces_of(page)]
    assert kinds == [
        (SUMMARY, "En deux phrases."),
        (IMAGE, "Atelier"),
        (HEADING, "Par où commencer"),
        (TEXT, "Voir ici."),
        (LINK, "ici"),
        (HEADING, "Le matin"),
        (TEXT, "Tôt."),
        (TEXT, "Venir"),
        (TEXT, "Avec la DRH."),
        (TEXT, "On y va."),
        (TEXT, "Karim"),
    ]
    assert pieces_of(page)[1].described is False
    assert pieces_of(page)[4].target == "page:3"


def test_the_advice_is_of_what_was_saved(
    vallees: Intranet, page: Any, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    path = f"/cms/pages/{page.pk}/edit/"
    assert "«\u00a0DRH\u00a0» n’est pas expliqué" in browser.get(path).content.decode()

    write(browser, page, "Écrivez à la DSI.", summary="Court.")
    shown = browser.get(path).content.decode()
    assert "«\u00a0DSI\u00a0» n’est pas expliqué" in shown
    assert "DRH" not in shown
    page.refresh_from_db()
    assert page.live

    write(browser, page, "Écrivez à l’accueil.", summary="Court.", **{"action-publish": "1"})
    assert "Rien à signaler" in browser.get(path).content.decode()


def test_saving_by_itself_draws_the_advice_again(
    vallees: Intranet, page: Any, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    browser.defaults["HTTP_ACCEPT"] = "application/json"
    answer = write(browser, page, "Écrivez à la DSI.").json()
    assert answer["success"]
    assert "n’est pas expliqué" in answer["html"]


def test_a_new_page_has_nothing_to_be_advised_on(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    shown = browser.get(f"/cms/pages/add/home/guidepage/{vallees.page('guides').pk}/")
    assert "les conseils viennent à mesure" in shown.content.decode()
