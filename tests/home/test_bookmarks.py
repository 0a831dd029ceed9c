"""Pages that a person keeps: own list, only what they may still read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.personal_data.registry import erasures, exports
from home.bookmarks import rules
from home.models import Bookmark
from tests.home.factories import Intranet, guide, story


def keep(browser: Client, path: str, kept: bool = True, **more: str) -> int:
    data = {"page": path, "garder": "1" if kept else "0", **more}
    return browser.post("/mes-pages/garder/", data).status_code


def test_a_page_is_kept_once_and_let_go(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees, "tri", title="Trier")
    browser = client_for(vallees.person("agent"), vallees.host)
    assert "Garder cette page" in browser.get("/guides/tri/").content.decode()
    assert keep(browser, "/guides/tri/") == 302
    assert keep(browser, "/guides/tri/") == 302
    assert Bookmark.objects.count() == 1
    assert "Ne plus garder" in browser.get("/guides/tri/").content.decode()
    assert "Trier" in browser.get("/mes-pages/").content.decode()
    answer = browser.post(
        "/mes-pages/garder/", {"page": "/guides/tri/", "garder": "0", "retour": "liste"}
    )
    assert answer["Location"] == "/mes-pages/"
    assert "Aucune page gardée" in browser.get("/mes-pages/").content.decode()


def test_the_list_is_ones_own_and_the_last_kept_comes_first(vallees: Intranet) -> None:
    first, second = guide(vallees, "a", title="A"), story(vallees, "b", title="B")
    me, other = vallees.person("agent"), vallees.person("agent")
    for person, page in ((me, second), (other, first), (me, first), (other, second)):
        rules.keep(person, page)
    assert [page.title for page in rules.kept_pages(me, vallees.site)] == ["A", "B"]
    assert [page.title for page in rules.kept_pages(other, vallees.site)] == ["B", "A"]


@pytest.mark.parametrize(
    "path",
    [
        *("/interne/guides/secret/", "/guides/brouillon/", "/guides/absent/", "/guides/", "/"),
        *("https://ailleurs.example/", "//ailleurs.example/", "", "/guides/../", "/\x00/"),
    ],
)
def test_what_one_may_not_read_or_keep_is_not_found(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client], path: str
) -> None:
    guide(vallees, "secret", audience="internal")
    guide(vallees, "brouillon").unpublish()
    assert keep(client_for(dunes.person("agent"), vallees.host), path) == 404
    assert not Bookmark.objects.exists()


def test_a_page_that_closed_since_leaves_the_list_and_the_export(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page, me = guide(vallees, "tri", title="Trier"), vallees.person("agent")
    rules.keep(me, page)
    export = next(one for one in exports() if one.title == "Mes pages gardées")
    assert export.rows(me)[0]["Page"] == "Trier"
    page.unpublish()
    assert "Trier" not in client_for(me, vallees.host).get("/mes-pages/").content.decode()
    assert "Trier" not in str(export.rows(me))


def test_an_erased_account_keeps_nothing(vallees: Intranet) -> None:
    me, other = vallees.person("agent"), vallees.person("agent")
    page = guide(vallees)
    rules.keep(me, page)
    rules.keep(other, page)
    for erase in erasures():
        erase(me)
    assert [one.user for one in Bookmark.objects.all()] == [other]


def test_who_is_not_signed_in_is_asked_to(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees, "tri")
    browser = client_for(None, vallees.host)
    assert "Garder cette page" not in browser.get("/guides/tri/").content.decode()
    answer = browser.post("/mes-pages/garder/", {"page": "/guides/tri/", "garder": "1"})
    assert answer["Location"] == "/connexion/?next=%2Fguides%2Ftri%2F"
    assert browser.get("/mes-pages/")["Location"].startswith("/connexion/")


def test_a_list_that_is_full_says_how_to_make_room(
    vallees: Intranet, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST", 1)
    guide(vallees, "a")
    guide(vallees, "b")
    browser = client_for(vallees.person("agent"), vallees.host)
    keep(browser, "/guides/a/")
    keep(browser, "/guides/b/")
    assert Bookmark.objects.count() == 1
    assert "enlevez-en" in browser.get("/guides/b/").content.decode()


def test_the_list_costs_the_same_for_few_and_for_many(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    me = vallees.person("agent")
    browser = client_for(me, vallees.host)
    counts = []
    for start, end in ((0, 2), (2, 12)):
        for number in range(start, end):
            rules.keep(me, guide(vallees, f"g{number}"))
            rules.keep(me, story(vallees, f"r{number}"))
        browser.get("/mes-pages/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/mes-pages/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def test_the_empty_list_leads_to_a_page_that_is_there(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    person = vallees.person("agent")
    here = client_for(person, vallees.host).get("/mes-pages/").content.decode()
    assert 'href="/guides/">Voir les guides' in here
    platform = client_for(person).get("/mes-pages/").content.decode()
    assert "/guides/" not in platform
    assert 'href="/plan-du-site/">Voir le plan du site' in platform
