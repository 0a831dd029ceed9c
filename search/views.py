"""The catalogue, and one box over everything that can be found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.words import clean
from marketplace.catalogue.places import home_of
from marketplace.rights import can_create
from search import facets, presentation
from search.catalogue import search_catalogue
from search.completion import KINDS, complete
from search.everything import find_everything
from search.known import load_themes
from search.parsing import parse_query
from search.query import LONGEST_TEXT
from search.unmet.rules import note


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue: its address holds the whole query; an answer whatever it holds."""
    parsed = parse_query(request.GET, request.user)
    own: Any = request.collectivite  # type: ignore[attr-defined]
    result = search_catalogue(
        parsed.query, request.user, own.pk if own else None, known=parsed.known
    )
    note(result, request.user, own)
    query = result.query
    groups = facets.groups(result, parsed.known.themes or load_themes())
    home = None if query.commune else home_of(request.user, own)
    context = {
        "parsed": parsed,
        "query": query,
        "result": result,
        "headline": presentation.headline(result),
        "rows": presentation.rows(result.hits, request.user, home),
        "kindred": presentation.rows(result.kindred, request.user, home),
        "page": presentation.paginator_page(result),
        "groups": groups,
        "chips": facets.chips(query, groups),
        "clear_url": query.without_filters().address(),
        "sorts": presentation.sorts(query, own is not None),
        "band_place": presentation.band_place(parsed),
        "band_hidden": presentation.kept_by_band(query),
        "filters_hidden": presentation.kept_by_filters(query),
        "near_words": presentation.near_words(query),
        "ways_out": presentation.ways_out(result),
        # Whoever has no account signs in first.
        "may_publish": not request.user.is_authenticated or can_create(request.user),
        "need_url": presentation.need_url(query.text),
        "keep_url": query.changed(sort="").address(reverse("search_keep")),
        "filter_count": len(facets.chips(query, groups)),
    }
    return render(request, "search/catalogue.html", context)


@require_safe
@never_cache
def completions(request: HttpRequest) -> JsonResponse:
    """Return what the words begin, as {"completions": [{text, kind}]}; an empty list for nonsense.

    Never kept by a cache: what one may see changes at once.
    """
    found = complete(request.GET.get("q", ""), request.user)
    listed = [{"text": one.text, "kind": KINDS[one.kind]} for one in found]
    return JsonResponse({"completions": listed})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box over everything: each kind by its own visibility, one's own intranet first."""
    text = clean(request.GET.get("q", ""), LONGEST_TEXT)
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    found = find_everything(text, request, request.GET.get("dans", ""), page)
    rows = presentation.rows(found.listings.hits, request.user, None) if found.listings else []
    context = {
        "text": text,
        "found": found,
        "page_rows": presentation.page_rows(found.pages.hits, request),
        "event_rows": presentation.page_rows(found.events.hits, request),
        "rows": rows,
        "page": presentation.page_of_tab(found),
        "catalogue_url": found.query.changed(size=20).address(),
    }
    return render(request, "search/search.html", context)
