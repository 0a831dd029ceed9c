"""Journeys that take several people: a need answered, hands, Tuesdays, a line, Monday, a gift."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.demonstration.source import reference
from tests.browser.test_accessibility import check

NEED = f"/marche/besoins/{reference('listing', 'n-collecte')}/"
ROOM = f"/marche/offres/{reference('listing', 'sq-salle-40')}/"
DESKS = f"/marche/offres/{reference('listing', 'sq-bureaux-volants')}/"
CHAIRS = f"/marche/offres/{reference('listing', 'bd-chaises-ecole')}/"
TUESDAY = 1


def path_of(page, demonstration):
    return page.url.split(str(demonstration.port))[1]


def test_a_need_of_an_association_is_published_and_answered_with_an_offer(signed_in, demonstration):
    association = signed_in("elodie-marchal", "localhost")
    association.goto(demonstration.url("/marche/publier/?sens=besoin"))
    association.get_by_label(re.compile("^Du matériel, en prêt")).check()
    association.get_by_role("button", name="Enregistrer et continuer").click()
    association.wait_for_url(re.compile("etape-2"))
    association.get_by_label(re.compile("^Le titre")).fill("De quoi lire en grand, un mercredi")
    association.get_by_label(re.compile("^Pour qui")).fill("neuf adultes qui apprennent")
    association.get_by_label(re.compile("^En une phrase")).fill(
        "Un écran, et de quoi y projeter une page."
    )
    association.get_by_label(re.compile("^Rubrique")).select_option("expo")
    association.get_by_role("button", name="Enregistrer et continuer").click()
    association.wait_for_url(re.compile("etape-3"))
    association.get_by_label(re.compile("^Tous les membres vérifiés")).check()
    association.get_by_role("button", name="Enregistrer et continuer").click()
    association.wait_for_url(re.compile("etape-4"))
    association.get_by_role("button", name="Mettre en ligne").click()
    association.wait_for_url(re.compile("/marche/besoins/"))
    need = path_of(association, demonstration)

    agent = signed_in("mai-nguyen", "trois-vallees")
    agent.goto(demonstration.url(need, "trois-vallees"))
    agent.get_by_role("link", name="Répondre avec une de mes offres").first.click()
    agent.get_by_label(re.compile("^Vidéoprojecteur et écran")).check()
    agent.get_by_label("Votre message").fill("Le nôtre est libre, bouilloire comprise.")
    agent.get_by_role("button", name="Répondre à ce besoin").click()
    expect(agent.get_by_text("en attente de réponse").first).to_be_visible()

    association.goto(demonstration.url(path_of(agent, demonstration)))
    expect(association.get_by_text("bouilloire comprise")).to_be_visible()
    expect(association.get_by_role("main")).to_contain_text("Vidéoprojecteur et écran")
    association.get_by_role("button", name="Donner mon accord").click()
    expect(association.get_by_text(re.compile("accord donné|confirmé")).first).to_be_visible()


@pytest.mark.parametrize(
    ("person", "host", "button"),
    [
        (
            "antoine-deswarte",
            "moeres",
            r"^Je viens, sur mon temps personnel\s?, .* de 14\s*h à 18\s*h",
        ),
        ("francoise-schneider", "localhost", r"^Je viens\s?, .* de 14\s*h à 18\s*h"),
    ],
)
def test_hands_are_given_in_one_tap_on_a_phone(signed_in, demonstration, person, host, button):
    """An agent and an association's volunteer: the same need, the same tap."""
    comer = signed_in(person, host, "phone")
    comer.goto(demonstration.url(NEED, host))
    check(comer)
    comer.get_by_role("button", name=re.compile(button)).first.click()
    leave = comer.get_by_role("button", name="Je ne peux plus venir")
    expect(leave.first).to_be_visible()
    check(comer)

    asker = signed_in("idriss-kone", "localhost", "phone")
    asker.goto(demonstration.url(f"/mes-annonces/{NEED.split('/')[-2]}/qui-vient/"))
    check(asker)
    before = asker.get_by_role("main").get_by_role("listitem").count()
    leave.first.click()
    expect(comer.get_by_role("button", name=re.compile(button)).first).to_be_visible()
    asker.reload()
    assert asker.get_by_role("main").get_by_role("listitem").count() == before - 1


def test_a_room_every_tuesday_shows_each_date_and_leaves_out_the_one_that_is_taken(
    signed_in, demonstration
):
    first = timezone.localdate() + timedelta(days=3)
    first += timedelta(days=(TUESDAY - first.weekday()) % 7)
    agent = signed_in("nadia-meyer", "trois-vallees")
    agent.goto(demonstration.url(f"{ROOM}demander/plusieurs/", "trois-vallees"))
    agent.get_by_label("Le premier jour").fill(first.isoformat())
    agent.get_by_label("De", exact=True).fill("18:30")
    agent.get_by_label("À", exact=True).fill("20:30")
    agent.get_by_label(re.compile("^Jusqu’au")).fill((first + timedelta(weeks=11)).isoformat())
    agent.get_by_label("Votre message").fill("Une chorale d’agents, douze mardis de suite.")
    agent.get_by_role("button", name="Voir chaque date").click()
    expect(agent.get_by_role("heading", name="Vos dates une à une")).to_be_visible()
    check(agent)
    free = agent.get_by_role("checkbox", checked=True).count()
    assert free > 1
    # An association has some of these Tuesdays: they are there, said to be taken, and left out.
    assert agent.get_by_label("Laisser cette date de côté").count() >= 1
    agent.get_by_role("checkbox", checked=True).last.uncheck()
    agent.get_by_role("button", name="Demander ces dates").click()
    agent.wait_for_url(re.compile("/mes-echanges/series/"))
    expect(agent.get_by_text("en attente de réponse")).to_have_count(free - 1)

    keeper = signed_in("isabelle-jung", "localhost")
    keeper.goto(demonstration.url(path_of(agent, demonstration)))
    keeper.get_by_role("checkbox", checked=True).first.uncheck()
    keeper.get_by_role("button", name="Donner mon accord aux dates cochées").click()
    expect(keeper.get_by_text("C’est dit").first).to_be_visible()
    agent.reload()
    expect(agent.get_by_text("en attente de réponse")).to_have_count(1)
    expect(agent.get_by_text(re.compile("^(accord donné|confirmé)$"))).to_have_count(free - 2)


def test_who_waits_in_line_is_offered_what_falls_free(signed_in, demonstration):
    """Two desks, both taken one morning: the third waits, one gives up, the third is asked."""
    holder = signed_in("nadia-meyer", "trois-vallees")
    holder.goto(demonstration.url(f"{DESKS}demander/", "trois-vallees"))
    day = timezone.localdate() + timedelta(days=45)
    while day.weekday() != TUESDAY:
        day += timedelta(days=1)

    def ask(page, host):
        page.goto(demonstration.url(f"{DESKS}demander/?jour={day.isoformat()}", host))
        page.get_by_label(re.compile("^Le matin")).check()
        page.get_by_role("button", name="Réserver", exact=True).click()

    ask(holder, "trois-vallees")
    expect(holder.get_by_text("C’est réservé")).to_be_visible()
    other = signed_in("thomas-wagner", "trois-vallees")
    ask(other, "trois-vallees")
    expect(other.get_by_text("C’est réservé")).to_be_visible()

    waiter = signed_in("mai-nguyen", "trois-vallees")
    ask(waiter, "trois-vallees")
    waiter.get_by_label("M’inscrire sur la liste d’attente").check()
    waiter.get_by_role("button", name="Réserver", exact=True).click()
    expect(waiter.get_by_text("en liste d’attente").first).to_be_visible()

    holder.get_by_role("link", name="Annuler la réservation").click()
    holder.get_by_role("button", name="Annuler la réservation").click()
    expect(holder.get_by_text("annulé").first).to_be_visible()

    waiter.reload()
    waiter.get_by_role("button", name="Réserver", exact=True).click()
    expect(waiter.get_by_text("confirmé").first).to_be_visible()


def test_the_monday_of_a_coordinator_goes_from_the_letter_to_the_figures(signed_in, demonstration):
    coordinator = signed_in("sylvie-hoffmann", "trois-vallees")
    coordinator.goto(demonstration.url("/_courriels/?pour=sylvie.hoffmann", "trois-vallees"))
    coordinator.get_by_role("link", name=re.compile("à suivre cette semaine")).first.click()
    letter = coordinator.get_by_role("main").inner_text()
    assert "Annonces à relire" in letter
    coordinator.goto(re.search(r"http://\S+/coordination/\S*", letter)[0])
    coordinator.get_by_role("main").get_by_role(
        "link", name=re.compile("Annonces à relire")
    ).first.click()
    coordinator.wait_for_url(re.compile("/coordination/suivi/a-relire/"))
    waiting = coordinator.get_by_role("main").get_by_role("link", name=re.compile("Relire"))
    before = waiting.count()
    assert before
    waiting.first.click()
    coordinator.get_by_role("button", name="Mettre en ligne").click()
    coordinator.goto(demonstration.url("/coordination/suivi/a-relire/", "trois-vallees"))
    expect(waiting).to_have_count(before - 1)

    coordinator.goto(demonstration.url("/coordination/chiffres/", "trois-vallees"))
    main = coordinator.get_by_role("main")
    expect(main).to_contain_text("Nous avons donné")
    expect(main).to_contain_text("moins de cinq personnes")
    check(coordinator)


def test_chairs_are_given_by_the_dozen(signed_in, demonstration):
    association = signed_in("rosa-pereira", "localhost", "phone")
    association.goto(demonstration.url(f"{CHAIRS}demander/"))
    association.get_by_label("Votre message").fill("Douze chaises pour les soirées des carrés.")
    association.get_by_label("Combien").fill("41")
    association.get_by_role("button", name="Demander ce don").click()
    expect(association.get_by_text("40 au plus").first).to_be_visible()
    association.get_by_label("Combien").fill("12")
    association.get_by_role("button", name="Demander ce don").click()
    expect(association.get_by_text("en attente de réponse").first).to_be_visible()

    giver = signed_in("zahra-amrani", "belledonne", "phone")
    giver.goto(demonstration.url(path_of(association, demonstration), "belledonne"))
    expect(giver.get_by_role("main")).to_contain_text("12")
    giver.get_by_role("button", name="Donner mon accord").click()
    expect(giver.get_by_text(re.compile("accord donné|confirmé")).first).to_be_visible()
    association.reload()
    expect(association.get_by_text(re.compile("accord donné|confirmé")).first).to_be_visible()
