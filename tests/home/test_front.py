"""The first screen of who is signed in: what is new for them, and what is near."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Visit
from home.pages.front import Front, greeting, since_words
from home.provisioning.sites import provision_platform
from home.provisioning.starter import install_platform_pages
from search.indexing import mark
from tests.factories import AssociationFactory, ListingFactory, VerificationFactory, join, member
from tests.home.factories import Intranet, guide, news, story

DAY = timedelta(days=1)


def came_before(person: Any, intranet: Intranet, ago: timedelta) -> None:
    """The person is in a visit, and was here before, so long ago."""
    now = timezone.now()
    Visit.objects.update_or_create(
        user=person,
        site=intranet.site,
        defaults={"last_seen_at": now, "previous_at": now - ago},
    )


def appeared(page: Any, ago: timedelta) -> Any:
    type(page).objects.filter(pk=page.pk).update(first_published_at=timezone.now() - ago)
    return page


def front_of(browser: Client) -> Front:
    return browser.get("/").context["front"]


def titles(cards: list[dict[str, Any]]) -> list[str]:
    return [card["title"] for card in cards]


@pytest.fixture
def agent(vallees: Intranet) -> Any:
    return vallees.person("agent", first_name="Nadia")


@pytest.fixture
def browser(vallees: Intranet, agent: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(agent, vallees.host)
    came_before(agent, vallees, 3 * DAY)
    return client


def test_what_appeared_since_the_visit_before_is_a_list(vallees: Intranet, browser: Client) -> None:
    for number in range(3):
        appeared(guide(vallees, f"ancien-{number}"), 9 * DAY)
    recent = [appeared(guide(vallees, f"neuf-{n}", title=f"Neuf {n}"), n * DAY) for n in (1, 2)]
    home = vallees.root
    home.featured = [("page", page) for page in vallees.page("guides").get_children()[:3]]
    home.save()
    front = front_of(browser)
    assert titles(front.news) == ["Neuf 1", "Neuf 2"]
    assert front.news_count == len(recent)
    text = browser.get("/").content.decode()
    assert "Deux nouveautés depuis" in text
    assert "Neuf 1" in text


def test_what_is_on_the_front_page_is_marked_there_and_not_said_twice(
    vallees: Intranet, browser: Client
) -> None:
    appeared(news(vallees, "ancienne"), 9 * DAY)
    appeared(news(vallees, "fraiche", title="Fraîche"), DAY)
    front = front_of(browser)
    assert front.news == []
    assert front.news_count == 1
    assert [card["title"] for card in front.cards if card["is_new"]] == ["Fraîche"]


def test_the_first_visit_has_nothing_new(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees)
    front = front_of(client_for(vallees.person("agent"), vallees.host))
    assert (front.news_count, front.since) == (0, None)


def test_who_joins_a_second_collectivite_comes_there_for_the_first_time(
    vallees: Intranet, dunes: Intranet, agent: Any, browser: Client, client_for: Any
) -> None:
    appeared(news(dunes, "fraiche"), DAY)
    appeared(guide(vallees), 9 * DAY)
    join(agent, dunes.organisation, "agent")
    assert "Rien de nouveau" in browser.get("/").content.decode()
    there = client_for(agent, dunes.host)
    first = there.get("/")
    assert first.context["front"].since is None
    assert "Rien de nouveau" not in first.content.decode()
    Visit.objects.filter(user=agent, site=dunes.site).update(last_seen_at=timezone.now() - 3 * DAY)
    assert front_of(there).news_count == 1


def test_a_page_kept_for_members_is_no_news_for_a_neighbour(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    appeared(news(vallees, "secrete", title="Entre nous", audience="internal"), DAY)
    neighbour = dunes.person("agent")
    client = client_for(neighbour, vallees.host)
    came_before(neighbour, vallees, 3 * DAY)
    assert "Entre nous" not in titles(front_of(client).cards)
    assert front_of(client).news_count == 0


def test_offers_around_ones_place_are_shown_to_who_is_signed_in(
    vallees: Intranet, browser: Client, client_for: Callable[..., Client]
) -> None:
    offer = ListingFactory(title="Barnum d’à côté", commune=vallees.organisation.commune)
    mark("listing", [offer.pk])
    page = browser.get("/").content.decode()
    assert "Près de vous" in page
    assert "Barnum d’à côté" in page
    assert "Près de vous" not in client_for(None, vallees.host).get("/").content.decode()


@pytest.mark.parametrize(
    ("news_count", "todos", "sentence"),
    [
        (0, 0, "Rien de nouveau depuis hier."),
        (1, 0, "Une nouveauté depuis hier."),
        (3, 2, "Trois nouveautés depuis hier, et deux choses vous attendent."),
        (0, 1, "Rien de nouveau depuis hier, et une chose vous attend."),
        (13, 14, "Plus de douze nouveautés depuis hier, et 14 choses vous attendent."),
    ],
)
def test_the_greeting_says_it_in_a_sentence(news_count: int, todos: int, sentence: str) -> None:
    yesterday = timezone.now() - DAY
    assert greeting(Front([], [], news_count, yesterday), todos) == sentence


def test_a_first_visit_is_greeted_with_what_waits_only() -> None:
    assert greeting(Front([], [], 0, None), 0) == ""
    assert greeting(Front([], [], 0, None), 2) == "Deux choses vous attendent."


def test_since_is_said_as_people_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = timezone.get_current_timezone()
    now = datetime(2026, 11, 26, 10, 0, tzinfo=zone)  # a Thursday
    monkeypatch.setattr(timezone, "localdate", lambda at=None: (at or now).astimezone(zone).date())
    assert since_words(now - timedelta(hours=2)) == "depuis tout à l’heure"
    assert since_words(now - DAY) == "depuis hier"
    assert since_words(now - 2 * DAY) == "depuis mardi"
    assert since_words(now - 7 * DAY) == "depuis le 19 novembre"
    assert since_words(datetime(2025, 5, 1, 9, 0, tzinfo=zone)) == "depuis le 1er mai 2025"


def test_many_news_are_counted_and_only_some_are_listed(vallees: Intranet, browser: Client) -> None:
    for number in range(20):
        appeared(story(vallees, f"recit-{number}"), timedelta(hours=number + 1))
    front = front_of(browser)
    assert len(front.cards) == 3
    assert len(front.news) == 5
    assert "Plus de douze nouveautés" in browser.get("/").content.decode()


def test_the_platform_shows_who_belongs_to_an_association_what_is_near_and_where_they_act(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    install_platform_pages(provision_platform("localhost"))
    offer = ListingFactory(title="Barnum d’à côté", commune=vallees.organisation.commune)
    mark("listing", [offer.pk])
    association = AssociationFactory(commune=vallees.organisation.commune)
    person = member(association)
    VerificationFactory(association=association, by=offer.organisation)
    page = client_for(person).get("/").content.decode()
    assert f"/mon-association/{association.ref}/" in page
    assert "Près de vous" in page
    assert "Barnum d’à côté" in page
    for unknown in ("Près de vous", "Mon organisme"):
        assert unknown not in client_for().get("/").content.decode()
