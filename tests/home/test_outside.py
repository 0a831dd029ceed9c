"""What machines read of a site: only what everybody may read, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.home.factories import Intranet, guide, news, story

FILES = ["/flux.xml", "/sitemap.xml"]


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("who", [None, "agent", "editor", "coordinator"])
def test_only_open_pages_of_this_site_are_there_even_for_who_may_read_more(
    vallees: Intranet,
    dunes: Intranet,
    client_for: Callable[..., Client],
    path: str,
    who: str | None,
) -> None:
    guide(vallees, "ouvert")
    guide(vallees, "cache-dedans", audience="internal")
    guide(vallees, "brouillon").unpublish()
    story(dunes, "ailleurs")
    person = vallees.person(who) if who else None
    text = text_of(client_for(person, vallees.host), path)
    assert f"http://{vallees.host}/guides/ouvert/" in text
    for hidden in ("cache-dedans", "brouillon", "ailleurs", "interne", dunes.host):
        assert hidden not in text


def test_the_feed_tells_the_newest_first_and_is_read_as_xml(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees, "ancien", title="Trier & composter", summary="<b>Court</b> \x0b résumé")
    news(vallees, "neuf", title="Une nouvelle")
    text = text_of(client_for(None, vallees.host), "/flux.xml")
    channel = ElementTree.fromstring(text)[0]  # noqa: S314 - our own answer
    items = channel.findall("item")
    assert {item.findtext("title") for item in items} == {"Trier & composter", "Une nouvelle"}
    assert channel.findtext("language") == "fr"
    assert {item.findtext("category") for item in items} == {"Guide", "Actualité"}


@pytest.mark.parametrize("path", FILES)
def test_many_pages_cost_the_queries_of_few(
    vallees: Intranet, client_for: Callable[..., Client], path: str
) -> None:
    browser = client_for(None, vallees.host)
    counts = []
    for number in range(4):
        guide(vallees, f"guide-{number}")
        if number in (0, 3):
            browser.get(path)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                browser.get(path)
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_pages_lead_to_the_feed(vallees: Intranet, client_for: Callable[..., Client]) -> None:
    assert 'type="application/rss+xml"' in text_of(client_for(None, vallees.host), "/")


def test_robots_are_told_what_to_leave_alone(
    vallees: Intranet, client_for: Callable[..., Client], settings: Any
) -> None:
    browser = client_for(None, vallees.host)
    text = text_of(browser, "/robots.txt")
    assert "Disallow: /cms/" in text
    assert "Disallow: /\n" not in text
    assert f"Sitemap: http://{vallees.host}/sitemap.xml" in text
    settings.DEMO_MODE = True
    assert text_of(browser, "/robots.txt") == "User-agent: *\nDisallow: /\n"


def test_the_icon_is_found_where_browsers_look(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    answer = client_for(None, vallees.host).get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (301, "/static/img/favicon.ico")
