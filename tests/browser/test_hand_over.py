"""A bike taken from its key box and given back on a phone; the pages of it, looked at by axe."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from portal.demonstration.source import reference
from tests.browser.test_accessibility import check

GIVEN_BACK, STILL_OUT, DAMAGED, TO_TAKE = "2", "3", "4", "6"


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


def test_a_damage_told_at_the_return_takes_the_bike_out_until_its_keeper_puts_it_back(
    signed_in, demonstration
):
    """On two phones: who gives it back says so, whoever keeps it sees it and settles it."""
    taker = signed_in("samia-toumi", "belledonne", "phone")
    taker.goto(demonstration.url(f"{dossier('bd-velos', STILL_OUT)}remise/", "belledonne"))
    # Damaged without a word says nothing to whoever repairs it.
    taker.get_by_label("abîmé ou incomplet").check()
    taker.get_by_role("button", name="J’ai rendu").click()
    expect(taker.get_by_text("Dites en quelques mots ce qui est abîmé").first).to_be_visible()
    check(taker)
    taker.get_by_label("Ce qu’il faut savoir").fill("La chaîne saute, et le phare ne tient plus.")
    taker.get_by_label("Photos").set_input_files([photo("chaine.jpg")])
    taker.get_by_role("button", name="J’ai rendu").click()
    expect(taker.get_by_text("La chaîne saute")).to_be_visible()

    keeper = signed_in("denis-blanc", "belledonne", "phone")
    dates = demonstration.url(
        f"/mes-annonces/{reference('listing', 'bd-velos')}/dates/", "belledonne"
    )
    keeper.goto(dates)
    expect(keeper.get_by_label("Vélo 1")).to_be_visible()
    expect(keeper.get_by_label("Vélo 2")).to_have_count(0)
    check(keeper)
    keeper.goto(demonstration.url("/mes-echanges/", "belledonne"))
    waiting = (
        keeper.get_by_role("listitem").filter(has_text="Abîmé, à régler").filter(has_text="Vélo 2")
    )
    waiting.get_by_role("link", name=re.compile("^Régler")).first.click()
    expect(keeper.get_by_text("personne ne peut plus le réserver")).to_be_visible()
    expect(keeper.get_by_text("La chaîne saute")).to_be_visible()
    check(keeper)
    keeper.get_by_label(re.compile("^réparé")).check()
    keeper.get_by_label("En quelques mots").fill("Chaîne neuve, phare resserré.")
    keeper.get_by_role("button", name="C’est réglé").click()
    expect(keeper.get_by_text("Chaîne neuve")).to_be_visible()
    keeper.goto(dates)
    expect(keeper.get_by_label("Vélo 2")).to_be_visible()

    taker.goto(demonstration.url("/mon-compte/nouvelles/", "belledonne"))
    expect(taker.get_by_role("heading", name=re.compile("Incident réglé")).first).to_be_visible()
