"""A message with its file, then a mediation from the call to its way out, as people take them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.marketplace.factories import PDF


def open_one(agent, demonstration, is_it):
    """Open the first exchange of that name for which `is_it(page)` holds: there are several."""
    agent.goto(demonstration.url("/mes-echanges/", "trois-vallees"))
    links = agent.get_by_role("main").get_by_role("link", name=re.compile("Vidéoprojecteur et"))
    for place in links.evaluate_all("links => links.map(link => link.href)"):
        agent.goto(place)
        if is_it(agent):
            return


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_file_is_joined_and_a_program_is_refused_kindly(signed_in, demonstration, size):
    agent = signed_in("mai-nguyen", "trois-vallees", size)
    open_one(agent, demonstration, lambda page: page.get_by_label("Votre message").count())
    agent.get_by_label("Votre message").fill(f"Voici le bon d’achat ({size}).")
    program = {"name": "bon.pdf", "mimeType": "application/pdf", "buffer": b"MZ program"}
    agent.get_by_label("Joindre des fichiers").set_input_files(program)
    agent.get_by_role("button", name="Envoyer le message").click()
    expect(agent.get_by_text("seuls les PDF et les photos").first).to_be_visible()
    # What was typed is still there.
    expect(agent.get_by_label("Votre message")).to_have_value(f"Voici le bon d’achat ({size}).")
    bill = {"name": f"achat-{size}.pdf", "mimeType": "application/pdf", "buffer": PDF}
    agent.get_by_label("Joindre des fichiers").set_input_files(bill)
    agent.get_by_role("button", name="Envoyer le message").click()
    expect(agent.get_by_role("link", name=f"achat-{size}.pdf")).to_be_visible()


def test_a_mediation_is_taken_noted_and_settled(signed_in, demonstration):
    coordinator = signed_in("sylvie-hoffmann", "trois-vallees")
    coordinator.goto(demonstration.url("/coordination/suivi/mediations/", "trois-vallees"))
    coordinator.get_by_role("main").get_by_role(
        "link", name=re.compile("Vidéoprojecteur|Ouvrir la médiation")
    ).first.click()
    coordinator.get_by_role("button", name="Suivre cette médiation").click()
    expect(coordinator.get_by_text("Vous suivez cette médiation").first).to_be_visible()
    coordinator.get_by_label("Une note").fill("On se retrouve jeudi, l’écran sur la table.")
    coordinator.get_by_label("Les deux côtés et la coordination").check()
    coordinator.get_by_role("button", name="Enregistrer la note").click()
    expect(coordinator.get_by_text("La note est enregistrée").first).to_be_visible()
    coordinator.get_by_label("L’échange reprend").check()
    coordinator.get_by_label("Ce qui est convenu").fill("L’atelier recoud l’écran, sans frais.")
    coordinator.get_by_role("button", name="Écrire l’issue").click()
    expect(coordinator.get_by_text("L’issue est écrite").first).to_be_visible()

    agent = signed_in("mai-nguyen", "trois-vallees")
    settled = "L’atelier recoud l’écran, sans frais."
    open_one(agent, demonstration, lambda page: page.get_by_text(settled).count())
    expect(agent.get_by_role("main")).to_contain_text(settled)
    expect(agent.get_by_text("en cours").first).to_be_visible()
