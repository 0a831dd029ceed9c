"""Which pages come first, for whom, and that totals and pages of results stay right."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.catalogue import PagesResult, search_pages
from search.models import PinnedPage
from search.pinned.rules import MOST_SHOWN, key_of, pinned_for
from tests.home.factories import Intranet, guide, news
from tests.search.conftest import settle

pytestmark = pytest.mark.django_db


def pin(place: Intranet, phrase: str, page: Any) -> PinnedPage:
    return PinnedPage.objects.create(site=place.site, phrase=phrase, key=key_of(phrase), page=page)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("congés de solidarité", True),
        ("conge solidarite", True),
        ("Solidarité : les congés", True),
        ("je cherche un congé de solidarité pour mai", True),
        ("« congés de solidarité »", True),
        ("congés", False),
        ("solidarité", False),
        ("congés de solid", False),
        ("de la", False),
        ("", False),
    ],
)
def test_a_page_is_first_when_all_the_words_of_its_phrase_were_typed(
    typed: str, first: bool, vallees: Intranet
) -> None:
    page = guide(vallees)
    pin(vallees, "Congés de solidarité", page)
    found = pinned_for(typed, AnonymousUser(), vallees.site)
    assert found.ids == ((page.pk,) if first else ())


def test_the_longest_phrase_is_first_each_page_once_and_few_of_them(vallees: Intranet) -> None:
    pages = [guide(vallees, f"guide-{number}") for number in range(MOST_SHOWN + 1)]
    pin(vallees, "vélo", pages[0])
    pin(vallees, "vélo cargo pliant", pages[1])
    pin(vallees, "cargo", pages[1])
    pin(vallees, "vélo cargo", pages[2])
    pin(vallees, "pliant", pages[3])
    found = pinned_for("vélo cargo pliant", AnonymousUser(), vallees.site)
    assert len(found.ids) == MOST_SHOWN
    assert found.ids[:2] == (pages[1].pk, pages[2].pk)
    assert found.whole
    assert not pinned_for("vélo rouge", AnonymousUser(), vallees.site).whole


def test_only_on_its_own_site_and_only_for_who_may_read_it(
    vallees: Intranet, dunes: Intranet
) -> None:
    inside = news(vallees, "entre-nous", audience="internal")
    pin(vallees, "vélo", inside)
    agent, stranger = vallees.person("agent"), dunes.person("agent")
    assert pinned_for("vélo", agent, vallees.site).ids == (inside.pk,)
    for reader in (stranger, AnonymousUser()):
        assert pinned_for("vélo", reader, vallees.site).ids == ()
    assert pinned_for("vélo", agent, dunes.site).ids == ()
    inside.unpublish()
    assert pinned_for("vélo", agent, vallees.site).ids == ()


def test_it_costs_one_query_whatever_their_number(vallees: Intranet) -> None:
    page = guide(vallees)
    for number in range(20):
        pin(vallees, f"vélo {number}", page)
    reader = vallees.person("agent")
    pinned_for("vélo", reader, vallees.site)  # who they are is asked once
    with CaptureQueriesContext(connection) as asked:
        assert pinned_for("vélo 3", reader, vallees.site).ids == (page.pk,)
    assert len(asked) == 1


def found(place: Intranet, engine: str, text: str, number: int = 1, size: int = 2) -> PagesResult:
    if engine == "elasticsearch":
        settle("page")
    result = search_pages(text, AnonymousUser(), place.site, number, size, engine=engine)
    assert (result.engine, result.fell_back) == (engine, False)
    return result


@pytest.mark.parametrize("matches", [True, False])
def test_every_engine_shows_it_first_once_and_counts_right(
    matches: bool, engine: str, vallees: Intranet
) -> None:
    others = [
        guide(vallees, f"velo-{number}", title=f"Trottinette {number}") for number in range(4)
    ]
    title = "Trottinette de service" if matches else "Se déplacer"
    chosen = guide(vallees, "choisie", title=title)
    before = found(vallees, engine, "trottinette")
    assert before.total == 4 + matches
    pin(vallees, "trottinette", chosen)
    seen: list[int] = []
    for number in (1, 2, 3):
        result = found(vallees, engine, "trottinette", number)
        assert (result.total, result.page) == (5, number)
        assert [hit.pinned for hit in result.hits] == [number == 1, False][: len(result.hits)]
        seen += [hit.item.pk for hit in result.hits]
    assert seen[0] == chosen.pk
    assert sorted(seen) == sorted([chosen.pk, *(page.pk for page in others)])
    beyond = found(vallees, engine, "trottinette", 9)
    assert (beyond.page, [hit.item.pk for hit in beyond.hits]) == (3, seen[4:])


def test_alone_it_is_the_whole_answer_and_words_left_are_still_looked_for(
    engine: str, vallees: Intranet
) -> None:
    other = guide(vallees, "velo", title="Trottinette")
    chosen = guide(vallees, "choisie", title="Se déplacer")
    pin(vallees, "zyx wvu", chosen)

    def answers(text: str) -> list[int]:
        result = found(vallees, engine, text, size=20)
        assert result.total == len(result.hits)
        return [hit.item.pk for hit in result.hits]

    assert answers("zyx wvu") == [chosen.pk]
    assert answers("zyx wvu trottinette") == [chosen.pk, other.pk]
    # Fewer rows than pages put first: only the number is wanted.
    assert len(found(vallees, engine, "zyx wvu trottinette", size=1).hits) == 1
