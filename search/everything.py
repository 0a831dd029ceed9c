"""One box: each kind of thing asked through its own door, with its count and its tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from search.catalogue import PagesResult, search_catalogue, search_pages
from search.engines.base import BUT_EVENTS, EVENTS
from search.people import PeopleResult, search_people
from search.query import PAGE_SIZE, CatalogueQuery
from search.results import CatalogueResult
from search.synonyms.in_force import thesaurus_for
from search.synonyms.thesaurus import NONE
from search.understanding import understood

FEW = 5  # of each kind, where all are shown
# The values of «dans», in the order of the page.
ALL, PAGES, AGENDA, LISTINGS, PEOPLE = "", "intranet", "evenements", "entraide", "personnes"
LABELS = {
    ALL: "Tout", PAGES: "Pages", AGENDA: "Événements", LISTINGS: "Entraide", PEOPLE: "Personnes"
}  # fmt: skip


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int


@dataclass(frozen=True)
class Everything:
    """What was found of each kind, all of it what the reader may see, and the tab that is open."""

    tab: str
    query: CatalogueQuery
    pages: PagesResult
    events: PagesResult
    listings: CatalogueResult | None
    people: PeopleResult

    @property
    def counts(self) -> dict[str, int]:
        return {
            PAGES: self.pages.total,
            AGENDA: self.events.total,
            LISTINGS: self.listings.total if self.listings else 0,
            PEOPLE: self.people.total,
        }

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def here(self) -> int:
        """Return how many answers the open tab has."""
        return self.counts.get(self.tab, self.total)

    @property
    def tabs(self) -> list[Tab]:
        """Return the tabs, without people for who has no directory to read."""
        counts = {ALL: self.total, **self.counts}
        return [
            Tab(name, label, counts[name])
            for name, label in LABELS.items()
            if name != PEOPLE or self.people.readable
        ]

    @property
    def fell_back(self) -> bool:
        asked = (self.pages, self.events, self.listings)
        return any(one is not None and one.fell_back for one in asked)

    @property
    def shows_pages(self) -> bool:
        return self.tab in (ALL, PAGES) and bool(self.pages.total)

    @property
    def shows_events(self) -> bool:
        return self.tab in (ALL, AGENDA) and bool(self.events.total)

    @property
    def shows_listings(self) -> bool:
        return self.tab in (ALL, LISTINGS) and bool(self.counts[LISTINGS])

    @property
    def shows_people(self) -> bool:
        return self.tab in (ALL, PEOPLE) and bool(self.people.total)


def find_everything(text: str, request: Any, tab: str, number: int) -> Everything:
    """Return the answers of each kind for the reader of this request, on its host.

    A few of each when all are shown; one page, `number` or the last, of the kind whose tab is open.
    An unknown tab is «all». A constant number of queries; never raises for an engine's sake.
    """
    tab = tab if tab in LABELS else ALL
    user, site, own = request.user, request.site, request.collectivite

    def size(of: str, least: int = 1) -> int:
        return FEW if tab == ALL else (PAGE_SIZE if tab == of else least)

    def page(of: str) -> int:
        return number if tab == of else 1

    thesaurus = thesaurus_for(user, own.pk if own else None) if text else NONE

    def pages(of: str, kind: str) -> PagesResult:
        return search_pages(text, user, site, page(of), size(of), thesaurus=thesaurus, kind=kind)

    query = understood(CatalogueQuery(text=text, page=page(LISTINGS), size=size(LISTINGS)))
    listings = None
    if query.terms:
        listings = search_catalogue(query, user, own.pk if own else None, thesaurus=thesaurus)
    return Everything(
        tab=tab,
        query=query,
        pages=pages(PAGES, BUT_EVENTS),
        events=pages(AGENDA, EVENTS),
        listings=listings,
        people=search_people(text, user, own, page(PEOPLE), size(PEOPLE, least=0)),
    )
