"""One box: each kind in its tab, by its own visibility, with counts of what one may see."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from accounts.models import Organisation, User
from home.models import EventPage
from home.signals import pages_changed
from search.catalogue import search_pages
from search.engines.base import BUT_EVENTS, EVENTS
from search.everything import FEW, find_everything
from search.indexing import mark
from search.people import search_people
from tests.factories import ListingFactory, OrganisationFactory, member
from tests.search.conftest import settle

pytestmark = pytest.mark.django_db


def event(organisation: Organisation, slug: str, title: str) -> EventPage:
    starts_at = timezone.now() + timedelta(days=7)
    page = EventPage(
        title=title, slug=slug, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )
    return organisation.site.root_page.add_child(instance=page)  # type: ignore[union-attr]


def appear(user: User, organisation: Organisation) -> User:
    user.memberships.filter(organisation=organisation).update(in_directory=True)
    return user


def ask(text: str, user: Any, organisation: Organisation, tab: str = "", page: int = 1) -> Any:
    request = SimpleNamespace(user=user, site=organisation.site, collectivite=organisation)
    return find_everything(text, request, tab, page)


def test_events_have_their_tab_on_every_engine(engine: str, collectivite: Organisation) -> None:
    agent = member(collectivite, "agent")
    one = event(collectivite, "velo", title="Vélo à la pause")
    page = collectivite.site.root_page.add_child(instance=Page(title="Guide du vélo", slug="g"))
    kept = event(collectivite, "entre-nous", title="Vélo entre nous")
    PageViewRestriction.objects.create(page=kept, restriction_type="login")
    pages_changed.send(sender=Page, page_ids=[one.pk, page.pk, kept.pk])
    if engine == "elasticsearch":
        settle("page")

    def found(kind: str, user: Any) -> list[int]:
        result = search_pages("vélo", user, collectivite.site, engine=engine, kind=kind)
        assert result.engine == engine
        assert result.total == len(result.hits)
        return sorted(hit.item.pk for hit in result.hits)

    assert found(EVENTS, AnonymousUser()) == [one.pk]
    assert found(EVENTS, agent) == [one.pk, kept.pk]
    assert found(BUT_EVENTS, agent) == [page.pk]
    assert found("", agent) == sorted([one.pk, page.pk, kept.pk])


def test_people_are_found_by_their_profile_and_stand_by_name(collectivite: Organisation) -> None:
    reader = member(collectivite, "agent")
    often = member(collectivite, last_name="Zola", wishes="Souder, souder, souder.")
    once = member(collectivite, last_name="Abadie", skills="souder des cadres")
    hidden = member(collectivite, last_name="Martin", wishes="souder")
    for person in (often, once):
        appear(person, collectivite)

    found = search_people("je cherche quelqu’un pour souder", reader, collectivite)

    # Whoever says it more often is no better an answer.
    assert [entry.membership.user for entry in found.entries] == [once, often]
    assert found.total == 2
    appear(hidden, collectivite)
    assert search_people("souder", reader, collectivite).total == 3
    second = search_people("souder", reader, collectivite, page=2, size=2)
    assert ([e.membership.user for e in second.entries], second.page) == ([often], 2)
    assert search_people("souder", reader, collectivite, page=99, size=2).page == 2
    assert search_people("souder", reader, None).total == 3  # on the platform's host


def test_people_are_neither_shown_nor_counted_for_others(collectivite: Organisation) -> None:
    other = OrganisationFactory()
    appear(member(collectivite, last_name="Zola", wishes="souder"), collectivite)
    stranger = appear(member(other, "agent", wishes="souder"), other)
    for reader in (AnonymousUser(), stranger):
        found = ask("souder", reader, collectivite)
        assert (found.total, found.people.total, found.people.readable) == (0, 0, False)
        assert "Personnes" not in [tab.label for tab in found.tabs]
        assert ask("souder", reader, collectivite, "personnes").people.entries == ()
    reader = member(collectivite)
    assert ask("souder", reader, collectivite).counts["personnes"] == 1
    # Gone since: nothing of it is read any more.
    membership = reader.memberships.get()
    reader.memberships.update(ends_at=membership.starts_at)
    assert ask("souder", User.objects.get(pk=reader.pk), collectivite).total == 0


def many(collectivite: Organisation, count: int) -> None:
    for _ in range(count):
        number = Page.objects.count()
        made = event(collectivite, f"velo-{number}", title=f"Vélo en fête {number}")
        guide = collectivite.site.root_page.add_child(
            instance=Page(title=f"Guide du vélo {number}", slug=f"guide-{number}")
        )
        pages_changed.send(sender=Page, page_ids=[made.pk, guide.pk])
        mark("listing", [ListingFactory(title=f"Vélo {number}", scope="public").pk])
        appear(member(collectivite, last_name=f"Zola {number}", wishes="vélo"), collectivite)


def test_a_few_of_each_kind_then_one_kind_alone(
    collectivite: Organisation, client_for: Any
) -> None:
    many(collectivite, FEW + 2)
    browser = client_for(member(collectivite, "agent"), "vallees.localhost")
    page = browser.get("/recherche/?q=velo").content.decode()
    assert page.count('class="row-title"') == 4 * FEW
    tabs = re.findall(r"(\w+) <span class=\"count\">(\d+)</span>", page)
    assert tabs == [("Tout", "28"), ("Pages", "7"), ("Événements", "7"), ("Entraide", "7"),
                    ("Personnes", "7")]  # fmt: skip
    for words in ("pages", "événements", "annonces", "personnes"):
        assert f"Voir les 7 {words}" in page
    for name in ("intranet", "evenements", "entraide", "personnes"):
        page = browser.get(f"/recherche/?q=velo&dans={name}").content.decode()
        assert page.count('class="row-title"') == FEW + 2
        assert re.search(rf'dans={name}" aria-current="page"', page)
    page = browser.get("/recherche/?q=fete&dans=personnes").content.decode()
    assert "Rien dans cette partie" in page


def test_few_and_many_answers_cost_the_same_queries(
    collectivite: Organisation, client_for: Any
) -> None:
    browser = client_for(member(collectivite, "agent"), "vallees.localhost")

    def asked(path: str) -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    paths = ["/recherche/?q=velo"]
    paths += [f"/recherche/?q=velo&dans={one}" for one in ("evenements", "personnes")]
    many(collectivite, 2)
    few = [asked(path) for path in paths]
    many(collectivite, 4)
    assert [asked(path) for path in paths] == few
