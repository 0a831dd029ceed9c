"""A bike taken from its key box and given back on a phone; the pages of it, looked at by axe."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from portal.demonstration.source import reference
from tests.browser.test_accessibility import check

GIVEN_BACK, DAMAGED, TO_TAKE = "2", "4", "6"


def dossier(key: str, rank: str) -> str:
    return f"/mes-echanges/{reference('hand_over', key, rank)}/"


def photo(name: str) -> dict:
    out = BytesIO()
    Image.new("RGB", (900, 600), "seagreen").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_bike_is_taken_and_given_back_on_a_phone(signed_in, demonstration):
    path = dossier("tv-velo-cargo", TO_TAKE)
    agent = signed_in("lucas-perrin", "trois-vallees", "phone")
    agent.goto(demonstration.url(path, "trois-vallees"))
    agent.get_by_role("link", name="J’ai pris").click()
    agent.get_by_label("Freins et pneus vérifiés").check()
    agent.get_by_role("button", name="J’ai pris").click()
    expect(agent.get_by_text("Bonne route")).to_be_visible()
    agent.get_by_label("des traces d’usage").check()
    agent.get_by_label("Ce qu’il faut savoir").fill("La sonnette est dure.")
    agent.get_by_label("Photos").set_input_files([photo("a.jpg"), photo("b.jpg")])
    agent.get_by_role("button", name="J’ai rendu").click()
    expect(agent.get_by_text("L’autre côté n’a pas encore confirmé.")).to_be_visible()
    assert agent.locator(".gallery img").count() == 2
    check(agent)

    keeper = signed_in("amandine-roth", "trois-vallees", "phone")
    keeper.goto(demonstration.url("/mes-echanges/", "trois-vallees"))
    keeper.get_by_role("link", name=re.compile("^Confirmer")).last.click()
    expect(keeper.get_by_text("La sonnette est dure.")).to_be_visible()
    check(keeper)
    keeper.get_by_role("button", name="Envoyer ma réponse").click()
    expect(keeper.get_by_text("L’autre côté est d’accord.")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_was_noted_and_an_incident_read_well(signed_in, demonstration, size):
    keeper = signed_in("denis-blanc", "belledonne", size)
    incident = reference("incident", reference("hand_over", "bd-velos", DAMAGED))
    pages = (dossier("bd-velos", DAMAGED), f"/mes-echanges/incidents/{incident}/")
    for path in (*pages, f"{pages[0]}remise/"):
        assert keeper.goto(demonstration.url(path, "belledonne")).status == 200
        check(keeper)
    driver = signed_in("amandine-roth", "trois-vallees", size)
    driver.goto(demonstration.url(f"{dossier('tv-citadine', GIVEN_BACK)}remise/", "trois-vallees"))
    check(driver)
