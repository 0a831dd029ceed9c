"""What a service keeps up to date: its inventory from a file, its listings by one click."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from portal.demonstration.source import reference
from tests.browser.test_accessibility import check

WRONG = "Code;Nom;Nature;Quantité\nTRE-9;Tréteaux pliants;licorne;6\n"
RIGHT = WRONG.replace("licorne", "matériel")


def _send(page, text):
    file = {"name": "inventaire.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Lire ce fichier").click()


def test_an_inventory_is_read_mended_and_imported_whole(signed_in, demonstration):
    page = signed_in("sylvie-hoffmann", "trois-vallees")
    page.goto(demonstration.url("/coordination/materiel/importer/", "trois-vallees"))
    _send(page, WRONG)
    expect(page.get_by_role("heading", level=1)).to_have_text("Des lignes à corriger")
    expect(page.get_by_role("cell", name="licorne")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Envoyer le fichier corrigé").click()
    _send(page, RIGHT)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui changerait")
    expect(page.get_by_role("rowheader", name=re.compile("^TRE-9, Tréteaux"))).to_be_visible()
    page.get_by_role("button", name="Importer ce fichier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fichier importé")
    page.get_by_role("link", name="Voir les brouillons").click()
    expect(page.get_by_text("Tréteaux pliants").first).to_be_visible()


def test_the_link_of_a_reminder_shows_and_its_button_keeps_online(signed_in, demonstration):
    page = signed_in("nadia-meyer", "trois-vallees")
    path = f"/mes-annonces/{reference('listing', 'tv-salle-du-bas')}/prolonger/"
    for _ in range(2):  # a mail scanner opens it too: nothing changes
        page.goto(demonstration.url(path, "trois-vallees"))
        expect(page.get_by_text("Elle quitte le catalogue le")).to_be_visible()
    page.get_by_role("button", name=re.compile("^En ligne jusqu’au")).click()
    page.goto(demonstration.url(path, "trois-vallees"))
    expect(page.get_by_text("il n’y a rien à faire")).to_be_visible()
