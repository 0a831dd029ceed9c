"""The embedded engine: the database itself, always current, and the one all others fall back to."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

from marketplace.choices import Direction
from marketplace.models import Listing
from search.engines.base import (
    LISTING,
    PAGE,
    Begun,
    CompletionRequest,
    ListingRequest,
    PageRequest,
    last_page,
)
from search.engines.begun import begun
from search.engines.counting import count
from search.engines.matching import matching
from search.geo import LATITUDE, LONGITUDE, Band, Kilometres, box_q
from search.models import Row
from search.pages import of_kind, visible_pages
from search.query import AROUND, NEAREST, RELEVANCE, Place
from search.results import Found
from search.text import TextQuery

# Where words are looked for when a spelling has no answer: enough to correct, quick enough to wait.
MOST_ROWS_FOR_WORDS = 5_000


class EmbeddedEngine:
    """FTS5 or PostgreSQL's full text over tokens made by our analyser; filters in SQL."""

    name = "embedded"

    def find_listings(self, request: ListingRequest) -> Found:
        """Return the identifiers of one page, the total and the facets, in two queries."""
        base = _scoped(request)
        rows: QuerySet[Any] = base
        bounds = request.distance_bounds
        place = request.query.commune
        if place and bounds:
            rows = rows.annotate(band=Band(Kilometres(*place.point), bounds))
        else:
            rows = rows.annotate(band=Value(0, output_field=IntegerField()))
        combinations = (
            rows.order_by()
            .values("direction", "nature", "transfer", "category_id", "organisation_id", "band")
            .annotate(number=Count("pk"))
            .values_list(
                "direction", "nature", "transfer", "category_id", "organisation_id", "band",
                "number",
            )
        )  # fmt: skip
        total, facets = count(request, combinations.iterator())
        size = request.query.size
        page = min(request.query.page, last_page(total, size))
        ids: tuple[int, ...] = ()
        if total:
            start = (page - 1) * size
            ids = tuple(_ordered(request, base)[start : start + size])
        return Found(ids=ids, total=total, page=page, facets=facets)

    def count_words(self, request: ListingRequest) -> tuple[int, list[int]]:
        """Return how many could be found, and how many hold each group of words, in one query."""
        counts = {"all": Count("pk")}
        for place, group in enumerate(request.text.wanted):
            only = TextQuery(terms=group.terms, groups=(group,))
            held = matching(LISTING, only).order_by().values("object_id")
            counts[f"word_{place}"] = Count("pk", filter=Q(pk__in=held))
        found = _scoped(request, with_text=False).order_by().aggregate(**counts)
        return found["all"], [found[f"word_{place}"] for place in range(len(counts) - 1)]

    def find_pages(self, request: PageRequest) -> Found:
        """Return the identifiers of one page of results, those of the own site first."""
        visible = of_kind(visible_pages(request.user, request.site), request.kind)
        visible = visible.exclude(pk__in=request.first)
        total = visible.filter(
            pk__in=matching(PAGE, request.text).order_by().values("object_id")
        ).count()
        if not total:
            return Found((), 0)
        request = request.held_to(total)
        own = Q(
            found_id__in=visible.filter(path__startswith=request.site.root_page.path).values("pk")
        )
        ranked = (
            matching(PAGE, request.text)
            .filter(found_id__in=visible.order_by().values("pk"))
            .annotate(
                elsewhere=Case(When(own, then=Value(0)), default=1, output_field=IntegerField())
            )
            .order_by("elsewhere", "-score", "-sort_at", "-object_id")
            .values_list("object_id", flat=True)
        )
        return Found(tuple(ranked[request.window]), total, request.page)

    def complete(self, request: CompletionRequest) -> Begun:
        """Return what the words begin, in five queries."""
        return begun(request)

    def words_near(self, request: ListingRequest, limit: int = MOST_ROWS_FOR_WORDS) -> set[str]:
        """Return the words of the listings that the reader may see, the filters applied."""
        visible = _filtered(request, _scoped(request, with_text=False)).order_by().values("pk")
        words: set[str] = set()
        for text in (
            Row.objects.filter(kind=LISTING, object_id__in=visible)
            .order_by("-object_id")
            .values_list("words", flat=True)[:limit]
        ):
            words.update(text.split())
        return words


def answering(request: ListingRequest) -> QuerySet[Any]:
    """Return all that answers the request for its reader, in no order."""
    return _filtered(request, _scoped(request))


def visible_and_filtered(request: ListingRequest) -> QuerySet[Any]:
    """Return what its reader could find by it whatever its words, in no order."""
    return _filtered(request, _scoped(request, with_text=False))


def _scoped(request: ListingRequest, with_text: bool = True) -> QuerySet[Any]:
    """Return what the reader may see, with what is not a facet applied: words, tags, dates."""
    query = request.query
    found: QuerySet[Any] = Listing.objects.in_catalogue_for(request.user)
    if query.tags:
        tagged = Listing.tags.through.objects.filter(tag__slug__in=query.tags)  # type: ignore[attr-defined]
        found = found.filter(pk__in=tagged.values("content_object"))
    start, end = query.period
    if start or end:
        found = found.filter(free_q(start, end))
    if with_text and request.text:
        found = found.filter(pk__in=matching(LISTING, request.text).order_by().values("object_id"))
    return found


def free_q(start: Any, end: Any) -> Q:
    """Return the condition «an offer is free all along, a need falls at least once inside»."""
    open_start, open_end = Q(available_from__isnull=True), Q(available_until__isnull=True)
    offer, need = Q(direction=Direction.OFFER), Q(direction=Direction.NEED)
    first = start or end
    last = end or start
    offer &= (open_start | Q(available_from__lte=first)) & (open_end | Q(available_until__gte=last))
    if start:
        need &= open_end | Q(available_until__gt=start)
    if end:
        need &= open_start | Q(available_from__lt=end)
    return offer | need


def _misses(request: ListingRequest, found: QuerySet[Any]) -> Any:
    """Return how many of the wishes said among the words a row does not fulfil: its way, nearness.

    They come before the score: whoever names a place wants what is there.
    """
    misses: Any = Value(0, output_field=IntegerField())
    wishes = []
    if request.query.leaning:
        wishes.append(found.filter(direction=request.query.leaning))
    if near := request.query.near:
        wishes.append(_near(found, near, AROUND))
    for wish in wishes:
        held = When(found_id__in=wish.order_by().values("pk"), then=Value(0))
        misses += Case(held, default=Value(1), output_field=IntegerField())
    return misses


def _near(base: QuerySet[Any], place: Place, kilometres: int) -> QuerySet[Any]:
    return (
        base.annotate(row_latitude=LATITUDE, row_longitude=LONGITUDE)
        .filter(box_q(*place.point, kilometres))
        .annotate(far=Kilometres(*place.point))
        .filter(far__lte=kilometres)
    )


def _filtered(request: ListingRequest, base: QuerySet[Any]) -> QuerySet[Any]:
    """Apply the filters that have a facet."""
    query = request.query
    if query.directions:
        base = base.filter(direction__in=query.directions)
    if query.natures:
        base = base.filter(nature__in=query.natures)
    if query.transfers:
        base = base.filter(transfer__in=query.transfers)
    if request.category_ids:
        wanted = [
            pk
            for pk in request.themes.parent_of
            if not request.category_ids.isdisjoint(request.themes.path(pk))
        ]
        base = base.filter(category__in=wanted)
    if request.organisation_ids:
        base = base.filter(organisation__in=request.organisation_ids)
    if query.commune and query.distance:
        base = _near(base, query.commune, query.distance)
    return base


def _ordered(request: ListingRequest, base: QuerySet[Any]) -> QuerySet[Any]:
    """Return the identifiers of all that is found in `base`, in the order asked."""
    sort = request.query.effective_sort
    if sort == RELEVANCE:
        # Where PostgreSQL has not counted its tables yet (just after an import) it tries each
        # answer with every listing: with the words in both, minutes. SQLite, which reads the
        # listings first, gains from the words there: a third of the time on 3,000 listings.
        if connection.vendor == "postgresql":
            base = _scoped(request, with_text=False)
        found = _filtered(request, base)
        ranked = matching(LISTING, request.text).filter(found_id__in=found.order_by().values("pk"))
        return (
            ranked.annotate(misses=_misses(request, found))
            .order_by("misses", "-score", "-sort_at", "-object_id")
            .values_list("object_id", flat=True)
        )
    found = _filtered(request, base)
    order: list[Any] = [F("published_at").desc(nulls_last=True), F("pk").desc()]
    if sort == NEAREST and request.query.commune:
        found = found.annotate(away=Kilometres(*request.query.commune.point))
        order.insert(0, F("away").asc(nulls_last=True))
    elif request.prefers_own:
        own = Q(organisation=request.own_organisation_id)
        found = found.annotate(
            elsewhere=Case(When(own, then=Value(0)), default=1, output_field=IntegerField())
        )
        order.insert(0, F("elsewhere").asc())
    return found.order_by(*order).values_list("pk", flat=True)
