"""The Elasticsearch engine: the same questions, the same answers, or EngineError at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from elasticsearch.dsl import Search

from accounts.words import composed, fold
from marketplace.models import Listing
from search.analysis import analyse
from search.elastic import queries
from search.elastic.client import client, guarded, within
from search.elastic.indices import alias
from search.engines.base import (
    LISTING,
    PAGE,
    Begun,
    CompletionRequest,
    EngineDeclines,
    ListingRequest,
    PageRequest,
    last_page,
)
from search.indexing import pending_ids
from search.listings import load_listings
from search.pages import page_tokens
from search.results import Found

# Elasticsearch does not page beyond this without keeping a context open.
DEEPEST = 10_000
# More pending objects than this, and the embedded engine, always current, answers.
MOST_PENDING = 500


class ElasticsearchEngine:
    name = "elasticsearch"

    def find_listings(self, request: ListingRequest) -> Found:
        """Return one page of identifiers, the total and the facets.

        Raises EngineError when the node does not answer well, EngineDeclines when what it holds
        is too far behind or the page too deep.
        """
        query = request.query
        _check_depth(query.page, query.size)
        pending = _pending(LISTING)
        answer = _run(LISTING, queries.listing_search(request, pending))
        total = answer["hits"]["total"]["value"]
        page = query.page
        if page > 1 and not answer["hits"]["hits"] and total:
            page = last_page(total, query.size)
            _check_depth(page, query.size)
            last = replace(request, query=replace(query, page=page))
            answer = _run(LISTING, queries.listing_search(last, pending))
        return Found(_ids(answer), total, page if total else 1, _facets(answer))

    def count_words(self, request: ListingRequest) -> tuple[int, list[int]]:
        answer = _run(LISTING, queries.count_words(request, _pending(LISTING)))
        counts = answer.get("aggregations", {})
        found = [counts[str(place)]["doc_count"] for place in range(len(request.text.wanted))]
        return answer["hits"]["total"]["value"], found

    def find_pages(self, request: PageRequest) -> Found:
        _check_depth(request.page, request.size)
        tokens, pending = page_tokens(request.user, request.site), _pending(PAGE)
        answer = _run(PAGE, queries.page_search(request, tokens, pending))
        total = answer["hits"]["total"]["value"]
        held = request.held_to(total)
        if held != request and total:
            answer = _run(PAGE, queries.page_search(held, tokens, pending))
        return Found(_ids(answer), total, held.page if total else 1)

    def complete(self, request: CompletionRequest) -> Begun:
        """Return what the words begin, in one request."""
        answer = _run(LISTING, queries.completion_search(request, _pending(LISTING)))
        found = {
            name: [bucket["key"] for bucket in counted["buckets"]]
            for name, counted in answer["aggregations"].items()
        }
        return Begun(
            listings=_ids(answer),
            categories=request.named_themes(found["category"]),
            tags=_keys(found["tag_names"]),
            communes=_keys(found["commune"]),
        )

    def words_near(self, request: ListingRequest, limit: int = 30) -> set[str]:
        """Return the words of the documents that answer with a typing error forgiven."""
        if not request.text:
            return set()
        few = replace(request, query=replace(request.query, page=1, size=min(limit, 30)))
        answer = _run(LISTING, queries.listing_search(few, _pending(LISTING), fuzzy=True))
        words: set[str] = set()
        # Only what the reader may see right now, whatever the index believed.
        visible = Listing.objects.in_catalogue_for(request.user).filter(pk__in=_ids(answer))
        for document in load_listings(list(visible.order_by().values_list("pk", flat=True))):
            for text in (document.title, document.keywords, document.summary):
                words.update(fold(token.surface) for token in analyse(composed(text)))
        return words


def _check_depth(page: int, size: int) -> None:
    if page * size > DEEPEST:
        raise EngineDeclines("too deep a page")


def _pending(kind: str) -> list[int]:
    pending = pending_ids(kind, MOST_PENDING + 1)
    if len(pending) > MOST_PENDING:
        raise EngineDeclines("too many changes are waiting to be indexed")
    return pending


def _run(kind: str, search: Search[Any]) -> dict[str, Any]:
    body = search.to_dict()
    with guarded():
        # Half an answer would give wrong totals: a lost shard is a failure.
        answer = within(
            settings.ELASTICSEARCH_TIMEOUT,
            client().search,
            index=alias(kind),
            allow_partial_search_results=False,
            **_arguments(body),
        )
        return dict(answer.body)


def _arguments(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as arguments of the client (`from` and `_source` are Python's own words)."""
    renamed = {"from": "from_", "_source": "source"}
    return {renamed.get(name, name): value for name, value in body.items()}


def _ids(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(hit["_id"]) for hit in answer["hits"]["hits"])


def _keys(values: list[str]) -> tuple[str, ...]:
    return tuple(value.rpartition(" ")[2] for value in values)


def _facets(answer: dict[str, Any]) -> dict[str, dict[Any, int]]:
    facets: dict[str, dict[Any, int]] = {}
    for name, counted in answer.get("aggregations", {}).items():
        buckets = counted["values"]["buckets"]
        if isinstance(buckets, dict):
            facets[name] = {int(key): value["doc_count"] for key, value in buckets.items()}
        else:
            facets[name] = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return facets
