"""The parts of a page are reached by anchors of their own, which nothing else on it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client

from tests.home.factories import Intranet, guide

pytestmark = pytest.mark.django_db


def read(place: Intranet, browser: Client, body: list[dict[str, object]]) -> str:
    page = guide(place, body=body)
    return browser.get(page.url).content.decode()


def anchors(html: str) -> list[str]:
    return re.findall(r'<h2[^>]* id="(partie-[^"]*)"', html)


def test_no_part_takes_an_id_of_the_frame_nor_of_another_part(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    text = {"paragraph": "<p>En parler à son équipe.</p>"}
    names = ["Contenu", "Sommaire", "Contenu", "Contenu 2", "« ? »", "Aide", "Menu"]
    body = [part for name in names for part in ({"heading": name}, text)]
    browser = client_for(vallees.person("agent"), vallees.host)
    html = read(
        vallees, browser, [*body, {"contacts": {"title": "Contenu", "text": "<p>Ici.</p>"}}]
    )
    twice = [
        one for one, times in Counter(re.findall(r'\bid="([^"]+)"', html)).items() if times > 1
    ]
    assert twice == []
    found = anchors(html)
    assert found[:4] == [
        "partie-contenu",
        "partie-sommaire",
        "partie-contenu-2",
        "partie-contenu-2-2",
    ]
    assert len(found) == len(names) + 1
    # Every line of the contents leads to its part, in their order.
    contents = html.partition('id="sommaire"')[2].partition("</nav>")[0]
    assert re.findall(r'href="#([^"]+)"', contents) == found[: len(names)]


def test_a_link_typed_to_a_part_leads_to_it_and_others_are_left_alone(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    links = '<p><a href="#par-ou-commencer">voir</a>, <a href="#ailleurs">ou là</a></p>'
    body = [{"paragraph": links}, {"heading": "Par où commencer"}, {"paragraph": "<p>Ici.</p>"}]
    html = read(vallees, client_for(vallees.person("agent"), vallees.host), body)
    assert anchors(html) == ["partie-par-ou-commencer"]
    assert '<a href="#partie-par-ou-commencer">voir' in html
    assert '<a href="#ailleurs">ou là' in html
