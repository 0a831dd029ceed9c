"""From «en cours» to a thank-you, as two people take it; and the attestation, on paper."""

from __future__ import annotations

import re

from playwright.sync_api import expect

A4 = (595, 842)


def test_what_was_done_is_confirmed_reviewed_and_thanked_for(signed_in, demonstration):
    asker = signed_in("isabelle-jung", "localhost", "phone")
    asker.goto(demonstration.url("/mes-echanges/"))
    asker.get_by_role("main").get_by_role("heading", name="Vidéoprojecteur").get_by_role(
        "link"
    ).first.click()
    asker.get_by_role("link", name="Dire ce qui a été fait").click()
    expect(asker.get_by_label("Combien d’exemplaires")).to_have_value("1")
    asker.get_by_role("button", name="Envoyer à l’autre côté").click()
    expect(asker.get_by_text("C’est écrit")).to_be_visible()
    path = asker.url.split(str(demonstration.port))[1]

    keeper = signed_in("mai-nguyen", "trois-vallees")
    keeper.goto(demonstration.url(path, "trois-vallees"))
    keeper.get_by_role("button", name="C’est bien cela").click()
    expect(keeper.get_by_text("terminé").first).to_be_visible()
    keeper.get_by_role("link", name="Dire un mot").click()
    keeper.get_by_label("Que s’est-il passé").fill("Il est revenu propre, avec un mot gentil.")
    keeper.get_by_role("button", name="Envoyer").click()

    asker.goto(demonstration.url(path))
    asker.get_by_role("link", name="Dire merci").click()
    asker.get_by_label("Votre merci").fill("Les photos étaient nettes, et la salle pleine.")
    asker.get_by_role("button", name="Envoyer mon merci").click()
    asker.get_by_role("button", name="Pas maintenant").click()
    expect(asker.get_by_text("clos").first).to_be_visible()
    expect(asker.get_by_text("avec un mot gentil")).to_be_visible()

    keeper.goto(demonstration.url("/mes-echanges/merci/", "trois-vallees"))
    expect(keeper.get_by_text("Les photos étaient nettes")).to_be_visible()
    keeper.get_by_role("button", name="Le montrer à tout le monde").click()
    expect(keeper.get_by_text("à relire par la coordination")).to_be_visible()


def test_the_attestation_is_printed_alone_on_its_sheet(signed_in, demonstration):
    page = signed_in("karim-belaid", "trois-vallees")
    page.goto(demonstration.url("/mes-echanges/attestation/", "trois-vallees"))
    page.emulate_media(media="print")
    expect(page.locator(".attestation")).to_be_visible()
    expect(page.locator(".attestation")).to_contain_text("Montrer mon métier à des collégiens")
    assert not page.locator(".site-header").is_visible()
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4}
