"""Searching, for whoever asks: pages, commands and jobs. Picks the engine, falls back, loads."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString
from wagtail.models import Page

from accounts.places.distance import distance_km
from marketplace.catalogue.places import point_of_listing
from marketplace.models import Listing
from search.answering import answer
from search.elastic.client import is_configured
from search.elastic.engine import ElasticsearchEngine
from search.engines.base import (
    Begun,
    CompletionRequest,
    Engine,
    EngineDeclines,
    EngineError,
    ListingRequest,
    PageRequest,
)
from search.engines.embedded import EmbeddedEngine, visible_and_filtered
from search.highlights import excerpt, highlight
from search.known import Known, load_themes, visible_organisations
from search.natural import listen
from search.pages import of_kind, summary_of, text_of, visible_pages
from search.pinned.rules import Pinned, pinned_for
from search.query import CatalogueQuery
from search.ranking import WINDOW
from search.results import CatalogueResult, Correction, Found, Hit
from search.sense.nearest import Near, near
from search.synonyms.in_force import thesaurus_for
from search.synonyms.thesaurus import NONE, Thesaurus
from search.text import TextQuery

logger = logging.getLogger(__name__)

# With as many answers to the words as this, what is near in sense only is one list too many.
FEW_ANSWERS_TO_WORDS, MOST_KINDRED = 10, 10

ENGINES: dict[str, Engine] = {
    "embedded": EmbeddedEngine(),
    "elasticsearch": ElasticsearchEngine(),
}


def default_engine() -> str:
    """Return the name of the engine that answers first here."""
    return "elasticsearch" if is_configured() else "embedded"


@dataclass
class Session:
    """One search: once an engine failed, the rest of the search is the embedded engine's."""

    engine: str
    thesaurus: Thesaurus
    fell_back: bool = False

    def listings(self, request: ListingRequest) -> Found:
        return self._ask("find_listings", request)

    def pages(self, request: PageRequest) -> Found:
        return self._ask("find_pages", request)

    def counts(self, request: ListingRequest) -> tuple[int, list[int]]:
        return self._ask("count_words", request)

    def words(self, request: ListingRequest) -> set[str]:
        return self._ask("words_near", request, 5_000)

    def near(self, request: ListingRequest) -> Near:
        # Asked of the database whatever the engine: one way of weighing the sense for all.
        words = request.query.text if request.query.words is None else request.query.words
        return near(words, visible_and_filtered(request), WINDOW)

    def complete(self, request: CompletionRequest) -> Begun:
        return self._ask("complete", request)

    def _ask(self, question: str, *arguments: Any) -> Any:
        if self.engine != "embedded":
            try:
                return getattr(ENGINES[self.engine], question)(*arguments)
            except EngineError as error:
                logger.warning("%s fell back to the embedded engine: %s", self.engine, error)
                self.engine, self.fell_back = "embedded", True
            except EngineDeclines:
                self.engine = "embedded"
        return getattr(ENGINES["embedded"], question)(*arguments)


def search_catalogue(
    query: CatalogueQuery,
    user: Any,
    own_organisation_id: int | None = None,
    engine: str | None = None,
    known: Known | None = None,
    thesaurus: Thesaurus | None = None,
) -> CatalogueResult:
    """Return what `user` may see of the answers to `query`, in the catalogue's own terms.

    `engine` names the one to ask first (the configured one by default); `known` is what reading
    the address already looked up for this user; `thesaurus` is used instead of the one in force
    (a preview, or one already loaded). Never raises for an engine's sake: the embedded one answers,
    and `fell_back` says so.
    """
    started = time.perf_counter()
    terms = query.terms
    if thesaurus is None:
        thesaurus = thesaurus_for(user, own_organisation_id) if terms else NONE
    session = Session(engine or default_engine(), thesaurus)
    request = request_of(query, user, own_organisation_id, known or Known())
    request = replace(request, text=thesaurus.expand(terms))
    answered = answer(session, request)
    found, request, relaxed = answered.found, answered.request, answered.relaxed
    correction = Correction(answered.mended, found.total) if answered.mended else None
    hits = _listing_hits(found, request)
    kindred: tuple[int, ...] = ()
    if found.total < FEW_ANSWERS_TO_WORDS:
        kindred = answered.near.beside(frozenset(found.ids), MOST_KINDRED)
    return CatalogueResult(
        query=query,
        hits=hits,
        total=found.total,
        page=found.page,
        facets=found.facets,
        engine=session.engine,
        milliseconds=(time.perf_counter() - started) * 1000,
        fell_back=session.fell_back,
        relaxed=relaxed,
        correction=correction,
        words_alone=answered.words_alone,
        kindred=_listing_hits(Found(kindred, len(kindred)), request),
    )


def request_of(
    query: CatalogueQuery,
    user: Any,
    own_organisation_id: int | None,
    known: Known,
) -> ListingRequest:
    """Return the query as engines are asked it: for this reader, its slugs resolved."""
    themes = known.themes or load_themes()
    organisation_ids: frozenset[int] = frozenset()
    if query.organisations:
        ids = known.organisation_ids
        if ids is None:
            ids = visible_organisations(query.organisations, user)
        # Asked for nobody that the reader may see: no answer.
        organisation_ids = frozenset(ids.values()) or frozenset({0})
    categories = frozenset(themes.id_of[slug] for slug in query.categories if slug in themes.id_of)
    if query.categories and not categories:
        # Asked for themes that are no more: no answer either.
        categories = frozenset({0})
    return ListingRequest(
        query=query,
        text=query.terms,
        user=user,
        themes=themes,
        category_ids=categories,
        organisation_ids=organisation_ids,
        own_organisation_id=own_organisation_id,
    )


def _listing_hits(found: Found, request: ListingRequest) -> tuple[Hit, ...]:
    """Load the answers through the reader's own door: what they may not see does not come."""
    listings = {
        listing.pk: listing
        for listing in Listing.objects.in_catalogue_for(request.user)
        .for_rows()
        .filter(pk__in=found.ids)
        .order_by()
    }
    hits = []
    for pk in found.ids:
        if listing := listings.get(pk):
            hits.append(
                Hit(
                    item=listing,
                    title_html=highlight(listing.title, request.text),
                    summary_html=highlight(listing.summary, request.text),
                    distance_km=_distance(listing, request.query),
                    partial=pk in found.partial,
                )
            )
    return tuple(hits)


def _distance(listing: Listing, query: CatalogueQuery) -> float | None:
    point = point_of_listing(listing)
    if query.around is None or point is None:
        return None
    return distance_km(*point, *query.around.point)


@dataclass(frozen=True)
class PagesResult:
    hits: tuple[Hit, ...]
    total: int
    page: int
    engine: str
    fell_back: bool


def search_pages(
    text: str,
    user: Any,
    site: Any,
    page: int = 1,
    size: int = 20,
    engine: str | None = None,
    thesaurus: Thesaurus | None = None,
    kind: str = "",
) -> PagesResult:
    """Return the editorial pages that `user` may open from `site`, its own first, and before them
    those that its editors chose for these words. `kind`: as in `PageRequest`."""
    terms = TextQuery.parse(listen(text).text)
    if not terms:
        return PagesResult((), 0, 1, engine or default_engine(), False)
    if thesaurus is None:
        own = getattr(site, "organisation", None)
        thesaurus = thesaurus_for(user, own.pk if own else None)
    session = Session(engine or default_engine(), thesaurus)
    pinned = pinned_for(text, user, site)
    if kind and pinned.ids:
        those = set(
            of_kind(Page.objects.filter(pk__in=pinned.ids), kind).values_list("pk", flat=True)
        )
        chosen = tuple(pk for pk in pinned.ids if pk in those)
        pinned = Pinned(chosen, pinned.whole and bool(chosen))
    request = PageRequest(thesaurus.expand(terms), user, site, page, size, pinned.ids, kind)
    found = session.pages(request)
    # A page chosen for all the words is answer enough.
    if not found.total and terms.can_relax and not pinned.whole:
        request = replace(request, text=request.text.relaxed())
        found = session.pages(request)
    first = pinned.ids[(found.page - 1) * size : found.page * size]
    shown = (*first, *found.ids)
    loaded = {item.pk: item for item in visible_pages(user, site).filter(pk__in=shown).specific()}
    hits = tuple(
        Hit(
            item=loaded[pk],
            title_html=highlight(loaded[pk].title, request.text),
            summary_html=_page_summary(loaded[pk], request.text),
            pinned=pk in first,
        )
        for pk in shown
        if pk in loaded
    )
    total = found.total + len(pinned.ids)
    return PagesResult(hits, total, found.page, session.engine, session.fell_back)


def _page_summary(page: Any, text: TextQuery) -> SafeString:
    """Return why a page is here: its summary when it holds a word, else the words around one."""
    summary = highlight(summary_of(page), text)
    if "<mark>" in summary or "<mark>" in highlight(page.title, text):
        return summary
    return excerpt(text_of(page), text) or summary
