"""Our requests in Elasticsearch's language: plain functions, readable without a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query

from accounts.readers import reader_for
from marketplace.choices import Direction
from search.boosts import ALTERNATIVE, weight
from search.elastic.mapping import LONGEST_BEGINNING
from search.engines.base import BUT_EVENTS, EVENTS, CompletionRequest, ListingRequest, PageRequest
from search.query import AROUND, NEAREST, RELEVANCE
from search.results import ANY_DISTANCE
from search.text import Alternative, Group, Term, TextQuery

FIELDS = [f"{name}^{weight(name):g}" for name in ("title", "keywords", "summary", "body")]
MOST_VALUES = 1000


def text_query(text: TextQuery, fuzzy: bool = False) -> Query:
    """Return the condition and the score for the words of a query."""

    def term(term: Term) -> Query:
        found = Q("multi_match", query=term.surface, fields=FIELDS, type="most_fields")
        ways = [found]
        if term.prefix:
            ways.append(Q("prefix", words={"value": term.prefix, "boost": weight("words")}))
        if fuzzy:
            ways.append(
                Q(
                    "multi_match",
                    query=term.surface,
                    fields=FIELDS,
                    fuzziness="AUTO",
                    prefix_length=1,
                    max_expansions=50,
                )
            )
        return Q("bool", should=ways, minimum_should_match=1) if len(ways) > 1 else found

    def group(group: Group) -> Query:
        typed = [term(one) for one in group.terms]
        found = typed[0] if len(typed) == 1 else Q("bool", must=typed)
        if not group.alternatives:
            return found
        # The best of them, not their sum: a thing with many names is not a better answer.
        return Q("dis_max", queries=[found, *map(_name, group.alternatives)])

    parts = [group(one) for one in text.wanted]
    phrases = [
        Q("multi_match", query=phrase, fields=FIELDS, type="phrase") for phrase in text.phrase_texts
    ]
    if text.any_word:
        return Q("bool", should=[*parts, *phrases], minimum_should_match=1)
    if text.enough:
        sets = [Q("bool", filter=[parts[one] for one in places]) for places in text.enough]
        condition = Q("bool", should=sets, minimum_should_match=1)
        return Q("bool", filter=[condition], should=parts, must=phrases)
    return Q("bool", must=[*parts, *phrases])


def _name(other: Alternative) -> Query:
    """Return the condition «is called so»; a step aside is a stop word, which we do not count."""
    if other.forms:
        return Q("multi_match", query=other.text, fields=FIELDS, type="most_fields",
                 boost=ALTERNATIVE)  # fmt: skip
    return Q("multi_match", query=other.text, fields=FIELDS, type="phrase", slop=1,
             boost=ALTERNATIVE)  # fmt: skip


def _conditions(request: ListingRequest) -> list[Query]:
    """Return what holds besides the words and the facets: the reader, the clock, tags, dates."""
    conditions = [
        Q("terms", readers=list(reader_for(request.user).tokens)),
        _after("expires_at", timezone.now(), "gt"),
    ]
    if request.query.tags:
        conditions.append(Q("terms", tags=list(request.query.tags)))
    return conditions + period_conditions(request)


def listing_search(
    request: ListingRequest, pending: Sequence[int], fuzzy: bool = False
) -> Search[Any]:
    """Return the whole search: words, scope and dates in the query, facets as a post filter."""
    query = request.query
    found = _scoped(request.text, _conditions(request), pending, fuzzy)
    if query.effective_sort == RELEVANCE:
        found = Q("bool", must=[found], should=_first(request))
    if request.prefers_own:
        # Without words the score is free to say «one's own organisation first».
        own = Q("term", organisation=request.own_organisation_id)
        found = Q("bool", filter=[found], should=[Q("constant_score", filter=own, boost=1)])
    search = Search().query(found)
    filters = facet_filters(request)
    if filters:
        search = search.post_filter(Q("bool", filter=list(filters.values())))
    for name, aggregation in facet_counts(request).items():
        others = [condition for other, condition in filters.items() if other != name]
        search.aggs.bucket(
            name, "filter", filter=Q("bool", filter=others) if others else Q("match_all")
        ).bucket("values", aggregation)
    start = (query.page - 1) * query.size
    search = search.sort(*listing_order(request))[start : start + query.size]
    return search.source(False).extra(track_total_hits=True)


def _first(request: ListingRequest) -> list[Query]:
    """Return what comes first whatever the words: the embedded engine's `misses`, said so."""
    tiers = []
    if request.query.leaning:
        tiers.append(Q("term", direction=request.query.leaning))
    if near := request.query.near:
        point = {"lat": near.latitude, "lon": near.longitude}
        tiers.append(Q("geo_distance", distance=f"{AROUND}km", point=point))
    return [Q("constant_score", filter=tier, boost=10_000) for tier in tiers]


def count_words(request: ListingRequest, pending: Sequence[int]) -> Search[Any]:
    """Return the search that counts what the reader may find, and in how much each word is."""
    search = Search().query(_scoped(TextQuery(), _conditions(request), pending))
    for place, group in enumerate(request.text.wanted):
        only = TextQuery(terms=group.terms, groups=(group,))
        search.aggs.bucket(str(place), "filter", filter=text_query(only))
    return search[0:0].source(False).extra(track_total_hits=True)


def completion_search(request: CompletionRequest, pending: Sequence[int]) -> Search[Any]:
    """Return the search for what words begin: titles as hits, the rest counted among all that the
    reader may find. A suggester would not do: it knows nothing of the reader."""
    conditions = [
        Q("terms", readers=list(reader_for(request.user).tokens)),
        _after("expires_at", timezone.now(), "gt"),
    ]
    search = Search().query(_scoped(TextQuery(), conditions, pending))
    words = [word[:LONGEST_BEGINNING] for word in request.words]
    titled = [Q("match", **{"title.begun": word}) for word in words]
    search = search.post_filter(Q("bool", filter=titled))
    # The longest word tells most; letters and digits alone, so no expression of its own.
    # The hyphen comes first: anywhere else in its brackets it would be of a range.
    word = max(words, key=len)
    search.aggs.bucket("category", A("terms", field="categories", size=MOST_VALUES))
    begun = f"(.*[- '’/])?{word}.*"
    for name in ("tag_names", "commune"):
        search.aggs.bucket(name, A("terms", field=name, include=begun, size=MOST_VALUES))
    latest = {"published_at": {"order": "desc", "missing": "_last"}}
    search = search.sort(latest, {"object_id": {"order": "desc"}})[: request.limit]
    return search.source(False).extra(track_total_hits=False)


def _scoped(
    text: TextQuery, conditions: list[Query], pending: Sequence[int], fuzzy: bool = False
) -> Query:
    parts: dict[str, Any] = {"filter": conditions}
    if pending:
        parts["must_not"] = [Q("ids", values=[str(pk) for pk in pending])]
    if text:
        parts["must"] = [text_query(text, fuzzy)]
    return Q("bool", **parts)


def _absent(field: str) -> Query:
    return Q("bool", must_not=[Q("exists", field=field)])


def _after(field: str, moment: Any, comparison: str) -> Query:
    """Return «the date is absent or compares so»."""
    return Q(
        "bool",
        should=[_absent(field), Q("range", **{field: {comparison: moment.isoformat()}})],
        minimum_should_match=1,
    )


def period_conditions(request: ListingRequest) -> list[Query]:
    """Return the same rule as `search.engines.embedded.free_q`."""
    start, end = request.query.period
    if not (start or end):
        return []
    offer = [
        Q("term", direction=Direction.OFFER.value),
        _after("available_from", start or end, "lte"),
        _after("available_until", end or start, "gte"),
    ]
    need = [Q("term", direction=Direction.NEED.value)]
    if start:
        need.append(_after("available_until", start, "gt"))
    if end:
        need.append(_after("available_from", end, "lt"))
    either = [Q("bool", filter=offer), Q("bool", filter=need)]
    return [Q("bool", should=either, minimum_should_match=1)]


def facet_filters(request: ListingRequest) -> dict[str, Query]:
    """Return the filters in force, by the facet they belong to."""
    query = request.query
    filters: dict[str, Query] = {}
    for name, values in (
        ("direction", query.directions),
        ("nature", query.natures),
        ("transfer", query.transfers),
    ):
        if values:
            filters[name] = Q("terms", **{name: [str(value) for value in values]})
    if request.category_ids:
        filters["category"] = Q("terms", categories=sorted(request.category_ids))
    if request.organisation_ids:
        filters["organisation"] = Q("terms", organisation=sorted(request.organisation_ids))
    if query.commune and query.distance:
        filters["distance"] = _within(request, query.distance)
    return filters


def _within(request: ListingRequest, kilometres: int) -> Query:
    place = request.query.commune
    assert place is not None  # noqa: S101 - callers have checked
    return Q(
        "geo_distance",
        distance=f"{kilometres}km",
        point={"lat": place.latitude, "lon": place.longitude},
    )


def facet_counts(request: ListingRequest) -> dict[str, Any]:
    """Return how each facet is counted, under the names of `search.results.FACETS`."""
    counts: dict[str, Any] = {
        name: A("terms", field=field, size=MOST_VALUES)
        for name, field in (
            ("direction", "direction"),
            ("nature", "nature"),
            ("transfer", "transfer"),
            ("category", "categories"),
            ("organisation", "organisation"),
        )
    }
    if request.distance_bounds:
        bands = {str(bound): _within(request, bound) for bound in request.distance_bounds}
        bands[str(ANY_DISTANCE)] = Q("match_all")
        counts["distance"] = A("filters", filters=bands)
    return counts


def listing_order(request: ListingRequest) -> list[Any]:
    """Return the same orders as the embedded engine's."""
    query, sort = request.query, request.query.effective_sort
    latest = [
        {"published_at": {"order": "desc", "missing": "_last"}},
        {"object_id": {"order": "desc"}},
    ]
    if sort == RELEVANCE:
        return ["_score", *latest]
    if sort == NEAREST and query.commune:
        point = {"lat": query.commune.latitude, "lon": query.commune.longitude}
        return [{"_geo_distance": {"point": point, "order": "asc", "unit": "km"}}, *latest]
    return ["_score", *latest] if request.prefers_own else latest


def page_search(request: PageRequest, tokens: list[str], pending: Sequence[int]) -> Search[Any]:
    """Return the search for editorial pages, those of the own site first."""
    conditions = [Q("terms", readers=tokens)]
    is_event = Q("term", page_type="eventpage")
    if request.kind == EVENTS:
        conditions.append(is_event)
    elif request.kind == BUT_EVENTS:
        conditions.append(Q("bool", must_not=[is_event]))
    own = Q("constant_score", filter=Q("term", site=request.site.pk), boost=10_000)
    found = _scoped(request.text, conditions, [*pending, *request.first])
    return (
        Search()
        .query(Q("bool", must=[found], should=[own]))
        .sort("_score", {"published_at": {"order": "desc", "missing": "_last"}},
              {"object_id": {"order": "desc"}})[request.window]
        .source(False)
        .extra(track_total_hits=True)
    )  # fmt: skip
