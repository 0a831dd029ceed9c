"""Every list of the marketplace and of the desks, with 5 rows and with 500: as many queries.

A new address without a reference says here whether it lists something, or why it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from accounts.models import Membership, Role
from marketplace.insight.piles import PILES
from marketplace.models import Slot
from marketplace.urls import urlpatterns as marketplace_patterns
from portal.desks.urls import urlpatterns as desk_patterns
from search.urls import urlpatterns as search_patterns
from tests.factories import DepartmentFactory
from tests.marketplace.factories import World
from tests.marketplace.lists import rows

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FEW, MANY = 5, 500


@dataclass(frozen=True)
class ListPage:
    """An address that lists: who reads it, what fills it, and how much one page may weigh.

    `whole`: it is a document, printed or sent as one, and turns no pages.
    """

    path: str
    who: str
    fill: Callable[[World, int], None]
    whole: bool = False


def _pile(slug: str) -> ListPage:
    return ListPage(f"/coordination/suivi/{slug}/", "chloe", PILE_ROWS[slug])


# What fills each pile; a new pile without its row fails.
PILE_ROWS: dict[str, Callable[[World, int], Any]] = {
    "nouveautes": rows.exchanges,
    "sans-reponse": rows.exchanges,
    "en-panne": rows.stuck,
    "mediations": rows.mediations,
    "accords-attendus": rows.consents,
    "a-verifier": rows.associations,
    "a-relire": rows.submitted,
    "signalements": rows.reports,
    "mercis": lambda w, number: rows.thanks(w, number, "to_moderate"),
    "besoins": rows.needs,
}
LISTS: dict[str, ListPage] = {
    "my_listings": ListPage("/mes-annonces/", "nadia", rows.listings),
    "my_favourites": ListPage("/mes-annonces/favoris/", "nadia", rows.favourites),
    "my_searches": ListPage("/mes-recherches/", "nadia", rows.searches),
    "unmet": ListPage("/coordination/recherches-sans-reponse/", "chloe", rows.demands),
    "my_exchanges": ListPage("/mes-echanges/", "nadia", rows.both_ways),
    "my_thanks": ListPage("/mes-echanges/merci/", "nadia", rows.thanks),
    "insurance": ListPage("/mes-echanges/assurance/", "nadia", rows.certificates),
    "my_feeds": ListPage("/mon-compte/agendas/", "nadia", rows.calendars),
    "desk_charters": ListPage("/coordination/chartes/", "chloe", rows.charters),
    "desk_entrust": ListPage("/coordination/repartition/", "chloe", rows.entrusted),
    "coordination": ListPage("/coordination/", "chloe", rows.desk),
    "my_team": ListPage("/mon-equipe/", "karim", rows.consents),
    "listing_slots": ListPage("/mes-annonces/{need}/creneaux/", "nadia", rows.hands, whole=True),
    "who_comes": ListPage("/mes-annonces/{need}/qui-vient/", "nadia", rows.hands, whole=True),
} | {f"desk_pile:{slug}": _pile(slug) for slug in PILE_ROWS}
# Addresses without a reference that list nothing of their own.
NO_LIST = {
    "listing_create": "a form",
    "listing_tags": "completions, a dozen at most",
    "listing_enter": "a form",
    "desk_protection": "a form",
    "consent_tacit": "a form",
    "desk_letter": "a button",
    "feed_create": "a button",
    "figures": "aggregates: tests/marketplace/insight/test_figures.py",
    "my_attestation": "a sheet of one year, printed whole: tests/marketplace/test_attestations.py",
    "things_import": "a form",
    "search_keep": "a form",
    "search_completions": "eight names at most: tests/search/test_completion.py",
    "synonyms": "words of one territory: tests/search/test_synonym_desk.py",
    "catalogue": "answers of an engine: tests/search/test_pages.py",
    "search": "answers of an engine: tests/search/test_pages.py",
    "things_import_template": "a file",
}


def _turned_to(w: World, page: ListPage) -> str:
    need = Slot.objects.values_list("listing__ref", flat=True).first()
    return page.path.format(need=need)


@pytest.fixture
def team(w: World) -> World:
    """Karim manages the service in which Nadia works."""
    service = DepartmentFactory(organisation=w.metropole)
    Membership.objects.filter(user__in=[w.nadia, w.karim]).update(department=service)
    Role.objects.create(membership=w.karim.memberships.get(), kind="manager", department=service)
    return w


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_five_rows_and_with_five_hundred(
    client_for: Any, team: World, name: str
) -> None:
    page = LISTS[name]

    def shown() -> tuple[int, int]:
        browser = client_for(getattr(team, page.who))
        address = _turned_to(team, page)
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(address)
        assert answer.status_code == 200
        return len(queries), len(answer.content)

    page.fill(team, FEW)
    few, light = shown()
    page.fill(team, MANY - FEW)
    many, heavy = shown()
    assert many == few
    if not page.whole:
        # Pages are turned: a hundred times the rows, at most as many as a page holds.
        assert heavy < 12 * light


@pytest.mark.parametrize("name", [name for name, page in LISTS.items() if not page.whole])
def test_a_long_list_turns_its_pages(client_for: Any, team: World, name: str) -> None:
    page = LISTS[name]
    page.fill(team, 60)
    answer = client_for(getattr(team, page.who)).get(_turned_to(team, page))
    turns = 'class="pagination"' in answer.content.decode()
    # The first page of the desk leads to its piles, which turn theirs.
    assert turns != (name == "coordination")


def test_every_address_without_a_reference_says_whether_it_lists() -> None:
    patterns = [*marketplace_patterns, *desk_patterns, *search_patterns]
    found = [one for one in patterns if isinstance(one, URLPattern)]
    plain = {str(one.name) for one in found if "<" not in str(one.pattern)}
    assert plain - set(LISTS) - set(NO_LIST) == set()
    assert set(NO_LIST) - plain == set()


def test_every_pile_has_its_row() -> None:
    assert [pile.slug for pile in PILES] == list(PILE_ROWS)


def test_pages_are_turned_by_one_helper() -> None:
    own = [
        str(path)
        for path in Path("marketplace").rglob("*.py")
        if path.name != "paging.py" and "Paginator" in path.read_text()
    ]
    assert not own, f"call marketplace.paging.page_of in {own}"
