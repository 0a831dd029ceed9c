"""Tags: words of one collectivité, and pages that list only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.models import EditorialTag
from home.tags.rules import check_tags
from tests.home.factories import Intranet, article, guide, news

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


def test_a_tag_lists_the_pages_of_its_site_that_one_may_read(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees, "un", title="Guide ouvert", tags=["Vélo"])
    news(vallees, "deux", title="Nouvelle réservée", tags=["vélo"], audience="internal")
    guide(vallees, "trois", title="Brouillon", tags=["vélo"]).unpublish()
    guide(dunes, "quatre", title="Ailleurs", tags=["vélo", "sable"])
    visitor = client_for(None, vallees.host)
    text = visitor.get("/etiquettes/velo/").content.decode()
    assert "Guide ouvert" in text
    assert "1 page sur ce sujet" in text
    assert not {"Nouvelle réservée", "Brouillon", "Ailleurs"} & {
        title for title in ("Nouvelle réservée", "Brouillon", "Ailleurs") if title in text
    }
    agent = client_for(vallees.person("agent"), vallees.host)
    assert "Nouvelle réservée" in agent.get("/etiquettes/velo/").content.decode()
    assert agent.get("/etiquettes/sable/").status_code == 404
    assert EditorialTag.objects.filter(slug="velo").count() == 2


def test_a_page_leads_to_its_tags_and_to_pages_that_share_them(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    for number in range(4):
        article(vallees, f"autre-{number}", title=f"Autre {number}")
    guide(vallees, "proche", title="Proche parent", tags=["accueil"], days_ago=300)
    article(vallees, "lu", tags=["accueil"])
    text = client_for(None, vallees.host).get("/articles/lu/").content.decode()
    assert 'href="/etiquettes/accueil/"' in text
    assert "Proche parent" in text


def test_a_tag_page_costs_as_little_with_many(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees, "un", tags=["vélo"])
    article(vallees, "deux", tags=["vélo"])
    browser = client_for(vallees.person("agent"), vallees.host)

    def queries() -> int:
        browser.get("/etiquettes/velo/")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/etiquettes/velo/").status_code == 200
        return len(captured)

    few = queries()
    for number in range(9):
        guide(vallees, f"guide-{number}", tags=["vélo"])
        article(vallees, f"article-{number}", tags=["vélo"])
    assert queries() <= min(few + 1, MOST_QUERIES)


@pytest.mark.parametrize(
    ("names", "reason"),
    [(["?!"], "mot"), (["a" * 60], "trop long"), ([f"mot{n}" for n in range(9)], "au plus")],
)
def test_words_that_are_no_tags_are_refused_with_a_reason(names: list[str], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        check_tags(names)


def test_a_word_is_one_tag_however_it_is_typed() -> None:
    assert check_tags(["Vélo", "  vélo ", "velo"]) == ["vélo"]
