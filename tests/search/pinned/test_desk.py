"""Pinning at the desk: who may, what is refused kindly, and what readers then see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from search.models import PinnedPage
from search.pinned import rules
from tests.factories import UserFactory
from tests.home.factories import Intranet, guide, news

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
DESK = "/cms/pages-choisies/"
MARK = "Choisie par la rédaction"


def pin(place: Intranet, phrase: str, page: Any) -> PinnedPage:
    made = PinnedPage(site=place.site, phrase=phrase, page=page)
    rules.keep(made)
    return made


def errors(answer: Any) -> str:
    page = BeautifulSoup(answer.content, "html.parser")
    return " ".join(one.get_text(" ", strip=True) for one in page.select(".desk-error"))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("visitor", 302),
        ("agent", 404),
        ("manager", 404),
        ("editor", 200),
        ("coordinator", 200),
        ("stranger", 404),
        ("staff", 200),
    ],
)
def test_only_the_editors_of_the_site_come_in(
    who: str, status: int, vallees: Intranet, dunes: Intranet, client_for: ClientFor
) -> None:
    made = pin(vallees, "vélo", guide(vallees))
    people = {
        "visitor": lambda: None,
        "stranger": lambda: dunes.person("editor"),
        "staff": lambda: UserFactory(is_staff=True, is_superuser=True),
    }
    person = people.get(who, lambda: vallees.person(who))()
    browser = client_for(person, vallees.host)
    for path in (DESK, f"{DESK}{made.pk}/"):
        assert browser.get(path).status_code == status
        if status != 200:
            assert browser.post(path, {"action": "delete"}).status_code == status
    assert PinnedPage.objects.count() == 1


def test_another_sites_editor_sees_nothing_of_it(
    vallees: Intranet, dunes: Intranet, client_for: ClientFor
) -> None:
    theirs = guide(dunes, "dune-secrete", title="Dune secrète")
    made = pin(dunes, "marée basse", theirs)
    browser = client_for(vallees.person("editor"), vallees.host)
    page = browser.get(DESK).content.decode()
    assert "marée basse" not in page
    assert "Dune secrète" not in page
    for data in ({}, {"action": "delete"}, {"phrase": "marée", "page": guide(vallees).pk}):
        assert browser.post(f"{DESK}{made.pk}/", data).status_code == 404
    made.refresh_from_db()
    assert made.phrase == "marée basse"
    # A page of theirs is refused like one that does not exist.
    said = [
        errors(browser.post(DESK, {"phrase": "marée", "page": pk})) for pk in (theirs.pk, 999_999)
    ]
    assert said[0] == said[1] == "Choisissez une page de votre site."
    # The same phrase is free here.
    browser.post(DESK, {"phrase": "marée basse", "page": guide(vallees, "notre").pk})
    assert rules.pins_of(vallees.site).count() == 1


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("", "Écrivez les mots que l’on tape"),
        ("de la", "trop courants"),
        ("deux trois quatre cinq six sept huit", "trop long"),
        ("x" * 81, "trop long"),
        ("les SALLES prêtées", "mène déjà à"),
    ],
)
def test_what_cannot_be_pinned_is_refused_kindly(
    phrase: str, said: str, vallees: Intranet, client_for: ClientFor
) -> None:
    page = guide(vallees, title="Prêter une salle")
    pin(vallees, "salle prêtée", page)
    browser = client_for(vallees.person("editor"), vallees.host)
    answer = browser.post(DESK, {"phrase": phrase, "page": page.pk})
    assert answer.status_code == 200
    assert said in errors(answer)
    assert rules.pins_of(vallees.site).count() == 1


def test_the_rule_refuses_another_sites_page_whoever_asks(
    vallees: Intranet, dunes: Intranet
) -> None:
    with pytest.raises(ValidationError, match="Choisissez une page de votre site"):
        rules.check("marée", guide(dunes), vallees.site)


def test_two_editors_at_once_pin_one_phrase_once(vallees: Intranet) -> None:
    page = guide(vallees)
    pin(vallees, "vélo", page)
    with pytest.raises(ValidationError, match="mène déjà"):
        rules.keep(PinnedPage(site=vallees.site, phrase="vélos", page=page))


def test_there_are_not_more_than_a_search_can_read(
    vallees: Intranet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_PINS", 1)
    page = guide(vallees)
    made = pin(vallees, "vélo", page)
    with pytest.raises(ValidationError, match="c’est le plus"):
        rules.check("trottinette", page, vallees.site)
    assert rules.check("trottinette", page, vallees.site, made) == "trottinette"


def test_an_editor_pins_changes_and_takes_out(vallees: Intranet, client_for: ClientFor) -> None:
    page, other = guide(vallees), guide(vallees, "autre", title="Autre guide")
    browser = client_for(vallees.person("editor"), vallees.host)
    assert "Pages choisies" in browser.get("/cms/").content.decode()
    answer = browser.post(DESK, {"phrase": " congés  de solidarité ", "page": page.pk}, follow=True)
    assert "C’est noté" in answer.content.decode()
    made = rules.pins_of(vallees.site).get()
    assert (made.phrase, made.page_id) == ("congés de solidarité", page.pk)
    change = f"{DESK}{made.pk}/"
    browser.post(change, {"phrase": "Congés de solidarité", "page": other.pk})
    made.refresh_from_db()
    assert (made.phrase, made.page_id) == ("Congés de solidarité", other.pk)
    other.unpublish()
    assert "personne ne la voit" in browser.get(DESK).content.decode()
    browser.post(change, {"action": "delete"})
    assert not rules.pins_of(vallees.site).exists()


def test_the_form_says_what_is_wrong_to_whom_does_not_see_it(
    vallees: Intranet, client_for: ClientFor
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    page = BeautifulSoup(browser.post(DESK, {"phrase": "de la"}).content, "html.parser")
    for name in ("phrase", "page"):
        control: Any = page.select_one(f"#id_{name}")
        assert page.select_one(f'label[for="id_{name}"]')
        for note in control.get("aria-describedby", "").split():
            assert page.select_one(f"#{note}"), note
    assert page.select_one("#id_page[aria-invalid=true]")


def test_readers_find_it_first_and_marked(
    vallees: Intranet, dunes: Intranet, client_for: ClientFor
) -> None:
    guide(vallees, "velo", title="Vélo de service")
    chosen = news(vallees, "entre-nous", title="Se déplacer", audience="internal")
    pin(vallees, "vélo", chosen)

    def rows(person: Any, host: str, path: str = "/recherche/?q=v%C3%A9lo") -> list[str]:
        page = BeautifulSoup(client_for(person, host).get(path).content, "html.parser")
        return [one.get_text(" ", strip=True) for one in page.select(".rows-plain .row")]

    agent = vallees.person("agent")
    for path in ("/recherche/?q=v%C3%A9lo", "/recherche/?q=v%C3%A9lo&dans=intranet"):
        found = rows(agent, vallees.host, path)
        assert MARK in found[0]
        assert "Se déplacer" in found[0]
        assert sum("Se déplacer" in row for row in found) == 1
        assert not any(MARK in row for row in found[1:])
    for person, host in ((None, vallees.host), (dunes.person("agent"), dunes.host)):
        assert not any(MARK in row or "Se déplacer" in row for row in rows(person, host))
