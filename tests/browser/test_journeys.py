"""The main journeys of the first version, as people take them, with and without JavaScript."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError, expect


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_association_finds_asks_and_the_service_agrees(signed_in, demonstration, size):
    association = signed_in("francoise-schneider", "localhost", size)
    association.goto(demonstration.url("/marche/?q=videoprojecteur"))
    association.get_by_role("main").get_by_role("link", name=re.compile("[Vv]idéo")).first.click()
    association.wait_for_url(re.compile("/marche/offres/"))
    listing = association.url
    association.get_by_role("link", name=re.compile("Demander")).first.click()
    association.get_by_label("Votre message").fill(f"Bonjour, pour une soirée lecture ({size}).")
    association.get_by_role("button", name=re.compile("Demander")).click()
    expect(association.get_by_text("en attente de réponse").first).to_be_visible()
    path = association.url.split(str(demonstration.port))[1]

    # Asking again leads to the request that is already there.
    association.goto(listing)
    expect(association.get_by_role("main")).to_contain_text(re.compile("déjà|en cours|Voir"))

    coordinator = signed_in("sylvie-hoffmann", "trois-vallees", size)
    coordinator.goto(demonstration.url("/coordination/", "trois-vallees"))
    expect(coordinator.get_by_role("main")).to_contain_text(re.compile("[Vv]idéoprojecteur"))
    response = coordinator.goto(demonstration.url(path, "trois-vallees"))
    assert response.status == 200

    association.goto(demonstration.url(path))
    association.get_by_role("link", name="Retirer ma demande").click()
    # The page that asks for a reason: a click does not wait for it.
    association.get_by_label("Avec vos mots").fill("Nous en avons trouvé un tout près.")
    association.get_by_role("button", name="Retirer ma demande").click()
    expect(association.get_by_text("annulé").first).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_bike_is_booked_in_three_steps_and_freed_in_two(signed_in, demonstration, size):
    """Its page, its form, done; from the calendar, the day is already chosen."""
    agent = signed_in("nadia-meyer", "trois-vallees", size)
    agent.goto(demonstration.url("/marche/?q=velo+cargo", "trois-vallees"))
    agent.get_by_role("main").get_by_role("link", name=re.compile("Vélo-cargo")).first.click()
    agent.wait_for_url(re.compile("/marche/offres/"))
    agent.get_by_role("link", name=re.compile("^→|→$")).click()
    agent.wait_for_url(re.compile("mois="))
    day = agent.locator(".calendar td.day-free a").nth(0 if size == "desk" else 1)
    day.click()
    agent.wait_for_url(re.compile("jour="))
    agent.get_by_label("De", exact=True).fill("07:00")
    agent.get_by_label("À", exact=True).fill("08:30")
    # Its charter is accepted once: the second time, it is not asked any more.
    charter = agent.get_by_label(re.compile("^J’ai lu la"))
    if charter.count():
        charter.check()
    agent.get_by_role("button", name="Réserver", exact=True).click()
    expect(agent.get_by_text("C’est réservé")).to_be_visible()

    agent.get_by_role("link", name="Annuler la réservation").click()
    agent.get_by_role("button", name="Annuler la réservation").click()
    expect(agent.get_by_text("annulé").first).to_be_visible()


def test_what_is_typed_is_completed_with_the_keyboard(signed_in, demonstration):
    page = signed_in("nadia-meyer", "trois-vallees", "phone")
    page.goto(demonstration.url("/marche/", "trois-vallees"))
    box = page.get_by_role("combobox", name="Que cherchez-vous")
    box.press_sequentially("barn")
    first = page.get_by_role("option").first
    first.wait_for()
    assert page.locator(".hero-field [role=status]").inner_text().endswith(("propositions.", "n."))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert Axe().run(page, context=".hero").response["violations"] == []
    box.press("ArrowDown")
    chosen = first.get_attribute("data-text")
    assert (box.input_value(), first.get_attribute("aria-selected")) == (chosen, "true")
    box.press("Escape")
    assert (box.input_value(), box.get_attribute("aria-expanded")) == ("barn", "false")
    box.press_sequentially("u")
    first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(lambda url: "q=" in url)
    # What is searched for has plain spaces.
    searched = page.get_by_role("combobox", name="Que cherchez-vous").input_value()
    assert searched == " ".join(chosen.split())


def test_a_manager_says_yes_on_a_phone_without_signing_in(open_page, signed_in, demonstration):
    """The agent says who replaces them; the manager opens the letter; the exchange is confirmed."""
    agent = signed_in("mehmet-yilmaz", "trois-vallees")
    agent.goto(demonstration.url("/mes-echanges/", "trois-vallees"))
    links = agent.get_by_role("main").get_by_role("link", name=re.compile("Éclairer une scène"))
    for place in links.evaluate_all("links => links.map(link => link.href)"):
        agent.goto(place)
        # Another exchange of the same offer was agreed and answered before.
        if agent.get_by_label("Qui me remplace").count():
            break
    agent.get_by_label("Qui me remplace").fill("Pas d’astreinte ce jour-là.")
    agent.get_by_role("button", name="Le dire").click()
    expect(agent.get_by_text("C’est noté")).to_be_visible()

    manager = open_page("phone")
    manager.goto(demonstration.url("/_courriels/?pour=beatrice.lorrain"))
    letters = manager.get_by_role("link", name=re.compile("Votre accord pour Mehmet"))
    for place in letters.evaluate_all("links => links.map(link => link.href)"):
        manager.goto(place)
        letter = manager.get_by_role("main").inner_text()
        manager.goto(re.search(r"http://\S+/accord/\S+", letter)[0])
        # One of the two was answered before.
        if manager.get_by_role("button", name="Oui, d’accord").count():
            break
    expect(manager.get_by_text("Pas d’astreinte ce jour-là.")).to_be_visible()
    manager.get_by_role("button", name="Oui, d’accord").click()
    expect(manager.get_by_role("heading", name="C’est noté")).to_be_visible()
    manager.go_back()
    expect(manager.get_by_role("main")).to_contain_text("n’attend plus de réponse")

    agent.reload()
    expect(agent.get_by_text("Tous les accords sont donnés.")).to_be_visible()
    expect(agent.get_by_text("confirmé").first).to_be_visible()


def test_an_agent_answers_from_the_home_page(signed_in, demonstration):
    agent = signed_in("nadia-meyer", "trois-vallees")
    agent.goto(demonstration.url("/", "trois-vallees"))
    asked = agent.get_by_role("listitem").filter(has_text="Lire en Moselle attend votre réponse")
    asked.get_by_role("link", name=re.compile("^Répondre")).first.click()
    agent.get_by_label("Votre message").fill("Bonjour, la salle vous attend mercredi.")
    agent.get_by_role("button", name="Envoyer le message").click()
    expect(agent.get_by_text("la salle vous attend mercredi")).to_be_visible()
    agent.get_by_role("button", name="Donner mon accord").click()
    expect(agent.get_by_text("accord donné").first).to_be_visible()


def test_a_mistyped_password_keeps_the_address(open_page, demonstration):
    page = open_page()
    page.goto(demonstration.url("/connexion/", "moeres"))
    page.get_by_label("Adresse électronique").fill("antoine.deswarte@moeres.demo.example")
    page.get_by_label("Mot de passe").fill("pas le bon du tout")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_label("Adresse électronique")).to_have_value(
        "antoine.deswarte@moeres.demo.example"
    )
    expect(page.locator(".error-summary, .field-error").first).to_be_visible()


def test_the_catalogue_is_searched_without_javascript(chromium, demonstration):
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(demonstration.url("/marche/"))
    page.get_by_role("main").get_by_role("searchbox").or_(
        page.get_by_role("main").locator("input[name=q]")
    ).first.fill("chaises")
    page.get_by_role("button", name="Chercher").click()
    expect(page).to_have_url(re.compile("q=chaises"))
    expect(page.get_by_role("main")).to_contain_text("chaises")
    context.close()


def test_what_is_hidden_offers_to_sign_in_and_comes_back(signed_in, open_page, demonstration):
    visitor = open_page()
    response = visitor.goto(demonstration.url("/marche/offres/inconnue00/", "moeres"))
    assert response.status == 404
    expect(visitor.get_by_role("link", name="Se connecter").first).to_be_visible()


def test_an_editor_writes_only_at_home(signed_in, demonstration):
    editor = signed_in("aurelie-klein", "trois-vallees")
    assert editor.goto(demonstration.url("/cms/", "trois-vallees")).status == 200
    assert editor.goto(demonstration.url("/cms/pages/1/", "trois-vallees")).status in (302, 404)
    # On another collectivité's host the same person is not an editor at all.
    stranger = signed_in("aurelie-klein", "moeres")
    assert stranger.goto(demonstration.url("/cms/", "moeres")).status == 404


def test_a_page_published_while_it_saves_by_itself_is_made_once(signed_in, demonstration):
    editor = signed_in("aurelie-klein", "trois-vallees")
    editor.goto(
        demonstration.url("/cms/ecrire/actualite/?pour=tous&modele=vierge", "trois-vallees")
    )
    editor.evaluate("document.addEventListener('w-autosave:save', () => (window.saving = true))")
    # What is typed before the form has begun to look, two seconds at least after it was shown,
    # is not seen: go on typing, as a person does (a space at the end is not kept).
    for title in ("La cantine ferme lundi", "La cantine ferme lundi ") * 4:
        editor.locator("input[name=title]").fill(title)
        with suppress(TimeoutError):
            editor.wait_for_function("window.saving", timeout=5_000)
            break
    assert editor.evaluate("window.saving")
    editor.get_by_role("button", name="Publier").first.click()
    expect(editor.get_by_text("est en ligne")).to_be_visible()
    editor.goto(demonstration.url("/cms/", "trois-vallees"))
    written = editor.get_by_role("main").get_by_role("link", name="La cantine ferme lundi")
    expect(written).to_have_count(1)


def test_a_form_on_a_small_screen_is_not_hidden_by_a_panel_left_open(signed_in, demonstration):
    editor = signed_in("aurelie-klein", "trois-vallees", "phone")
    editor.goto(demonstration.url("/cms/ecrire/guide/", "trois-vallees"))
    editor.evaluate("localStorage.setItem('wagtail:side-panel-open', 'status')")
    editor.get_by_role("button", name="Commencer à écrire").click()
    expect(editor.locator(".form-side--initial")).to_have_count(0)  # its script has run
    editor.locator("#id_title").click()
    expect(editor.locator(".form-side--open")).to_have_count(0)


def test_an_agent_publishes_a_skill_on_a_phone_step_by_step_and_finds_it(signed_in, demonstration):
    """Each step is kept: one leaves after the second, comes back, and goes on from there."""
    agent = signed_in("fatou-ndiaye", "trois-vallees", "phone")
    agent.goto(demonstration.url("/marche/publier/?sens=offre", "trois-vallees"))
    agent.get_by_label(re.compile("^Un savoir-faire")).check()
    agent.get_by_role("button", name="Enregistrer et continuer").click()
    agent.wait_for_url(re.compile("etape-2"))
    expect(agent.get_by_role("heading", name="Ce qui me protège")).to_be_visible()
    agent.get_by_label(re.compile("^Sur mon temps de travail")).check()
    agent.get_by_label("J’aimerais…").fill("Apprendre à d’autres à conter aux tout-petits.")
    agent.get_by_label("On peut m’appeler pour…").fill("Une heure de comptines.")
    agent.get_by_label(re.compile("^Le titre")).fill("Conter aux tout-petits")
    agent.get_by_label(re.compile("^En une phrase")).fill("Une heure de comptines à plusieurs.")
    agent.get_by_label(re.compile("^Rubrique")).select_option(index=1)
    agent.get_by_label(re.compile("^Mots pour")).fill("Comptines, COMPTINES, conte")
    agent.get_by_role("button", name="Enregistrer et continuer").click()
    agent.wait_for_url(re.compile("etape-3"))

    agent.goto(demonstration.url("/mes-annonces/", "trois-vallees"))
    agent.get_by_role("link", name=re.compile("Conter aux tout-petits")).first.click()
    path = re.sub("etape-.*", "etape-3/", agent.url)
    if "publier" not in path:
        agent.get_by_role("link", name="Modifier").click()
        agent.wait_for_url(re.compile("etape-2"))
        path = agent.url.replace("etape-2", "etape-3")
    agent.goto(path)
    agent.get_by_label(re.compile("^Tous les membres vérifiés")).check()
    agent.get_by_role("button", name="Enregistrer et continuer").click()
    agent.wait_for_url(re.compile("etape-4"))
    agent.get_by_role("button", name="Mettre en ligne").click()
    agent.goto(demonstration.url("/marche/?q=comptines", "trois-vallees"))
    expect(agent.get_by_role("main")).to_contain_text("Conter aux tout-petits")
