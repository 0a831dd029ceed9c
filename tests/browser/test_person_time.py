"""The time of a person, from the first page of a form to the thank-you that all read: one chain."""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_accessibility import check
from tests.browser.test_main_journeys import path_of

TITLE = "Tailler une haie sans la blesser"
THANKS = "La haie du préau respire, et nous savons la tailler."
DECISION = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
LINK = re.compile(r"http://\S+/accord/\S+")


def write_a_skill(page, demonstration):
    """Go through the four steps, for everybody to see; returns once it waits for its reading."""
    page.goto(demonstration.url("/marche/publier/?sens=offre", "trois-vallees"))
    page.get_by_label(re.compile("^Un savoir-faire")).check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url(re.compile("etape-2"))
    page.get_by_label(re.compile("^Sur mon temps de travail")).check()
    page.get_by_label("On peut m’appeler pour…").fill("Montrer le geste, une haie après l’autre.")
    page.get_by_label(re.compile("^Le titre")).fill(TITLE)
    page.get_by_label(re.compile("^En une phrase")).fill("Deux heures dehors, le sécateur en main.")
    page.get_by_label(re.compile("^Rubrique")).select_option(index=1)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url(re.compile("etape-3"))
    page.get_by_label(re.compile("^Rencontre d’abord")).check()
    page.get_by_label(re.compile("^Tout le monde")).check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url(re.compile("etape-4"))
    page.get_by_role("button", name="Envoyer à la relecture").click()


def read_it_first(page, demonstration):
    """The coordination finds it in its pile, reads it and puts it online."""
    page.goto(demonstration.url("/coordination/suivi/a-relire/", "trois-vallees"))
    page.get_by_role("main").get_by_role("link", name=re.compile(TITLE)).first.click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.get_by_role("button", name="Mettre en ligne").click()


def ask_to_meet(page, demonstration):
    """The association finds it and says hello; returns the path of the exchange."""
    page.goto(demonstration.url("/marche/?q=tailler+haie"))
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    page.wait_for_url(re.compile("/marche/offres/"))
    page.get_by_role("main").get_by_role("link", name=re.compile("rencontr", re.I)).first.click()
    page.get_by_label("Dites bonjour").fill("Notre préau a une haie, et personne n’ose y toucher.")
    page.get_by_role("button", name=re.compile("rencontr", re.I)).click()
    expect(page.get_by_text("n’ose y toucher")).to_be_visible()
    # Whoever gives their time is not named before they say yes.
    expect(page.get_by_role("main")).not_to_contain_text("Jordan")
    return path_of(page, demonstration)


def agree(page, demonstration, path):
    """The agent accepts to meet, adds the signed decision, agrees, and says who stands in."""
    page.goto(demonstration.url(path, "trois-vallees"))
    page.get_by_role("button", name="Accepter de se rencontrer").click()
    expect(page.get_by_text("à convenir ensemble").first).to_be_visible()
    # Working time for an association: the law wants a decision before the yes.
    expect(page.get_by_role("button", name="Donner mon accord")).to_have_count(0)
    page.get_by_role("main").locator("input[type=file][name=decision]").set_input_files(
        {"name": "decision.pdf", "mimeType": "application/pdf", "buffer": DECISION}
    )
    page.get_by_role("button", name="Déposer la décision").click()
    page.get_by_role("button", name="Donner mon accord").click()
    expect(page.get_by_text("accords attendus").first).to_be_visible()
    page.get_by_label("Qui me remplace").fill("La taille du parc est finie.")
    page.get_by_role("button", name="Le dire").click()
    check(page)


def consent_by_link(page, demonstration):
    """The manager opens the link of the letter, without an account."""
    page.goto(demonstration.url("/_courriels/?pour=beatrice.lorrain"))
    page.get_by_role("link", name=re.compile(f"Votre accord pour Jordan.*{TITLE}")).first.click()
    page.goto(LINK.search(page.get_by_role("main").inner_text())[0])
    expect(page.get_by_text("La taille du parc est finie.")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Oui, d’accord").click()
    expect(page.get_by_role("heading", name="C’est noté")).to_be_visible()


def test_an_offer_of_time_goes_from_its_first_page_to_a_thank_you_that_all_read(
    signed_in, open_page, demonstration
):
    agent = signed_in("jordan-muller", "trois-vallees")
    write_a_skill(agent, demonstration)
    coordinator = signed_in("sylvie-hoffmann", "trois-vallees")
    read_it_first(coordinator, demonstration)

    association = signed_in("francoise-schneider", "localhost", "phone")
    path = ask_to_meet(association, demonstration)
    agree(agent, demonstration, path)
    consent_by_link(open_page("phone"), demonstration)

    agent.reload()
    expect(agent.get_by_text("confirmé").first).to_be_visible()
    agent.get_by_role("button", name="C’est commencé").click()
    expect(agent.get_by_text("en cours").first).to_be_visible()
    agent.get_by_role("link", name="Dire ce qui a été fait").click()
    agent.get_by_label("Combien d’heures").fill("2 h 30")
    agent.get_by_label("Du", exact=True).fill(timezone.localdate().isoformat())
    agent.get_by_label(re.compile("^Au")).fill(timezone.localdate().isoformat())
    agent.get_by_role("button", name="Envoyer à l’autre côté").click()
    expect(agent.get_by_text("C’est écrit")).to_be_visible()

    association.goto(demonstration.url(path))
    expect(association.get_by_role("main")).to_contain_text("2 h 30")
    association.get_by_role("button", name="C’est bien cela").click()
    expect(association.get_by_text("terminé").first).to_be_visible()
    check(association)
    association.get_by_role("link", name="Dire merci").click()
    association.get_by_label("Votre merci").fill(THANKS)
    association.get_by_role("button", name="Envoyer mon merci").click()
    association.get_by_role("link", name="Dire un mot").click()
    association.get_by_label("Que s’est-il passé").fill("Un après-midi dehors, à six.")
    association.get_by_role("button", name="Envoyer").click()

    agent.goto(demonstration.url(path, "trois-vallees"))
    agent.get_by_role("link", name="Dire un mot").click()
    agent.get_by_label("Que s’est-il passé").fill("Une équipe curieuse, et du café.")
    agent.get_by_role("button", name="Envoyer").click()
    expect(agent.get_by_text("clos").first).to_be_visible()
    agent.goto(demonstration.url("/mes-echanges/merci/", "trois-vallees"))
    card = agent.get_by_role("article").filter(has_text=THANKS)
    card.get_by_role("button", name="Le montrer à tout le monde").click()
    expect(card.get_by_text("à relire par la coordination")).to_be_visible()

    coordinator.goto(demonstration.url("/coordination/suivi/mercis/", "trois-vallees"))
    coordinator.get_by_role("main").get_by_role("link", name=re.compile(TITLE)).first.click()
    expect(coordinator.get_by_text(THANKS)).to_be_visible()
    coordinator.get_by_role("button", name="Il peut paraître").click()

    visitor = open_page("phone")
    visitor.goto(demonstration.url("/marche/?q=tailler+haie"))
    visitor.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    expect(visitor.get_by_text(THANKS)).to_be_visible()
    check(visitor)
