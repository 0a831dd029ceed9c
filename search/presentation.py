"""What the search pages show of an answer."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.http import urlencode

from marketplace.catalogue import presentation
from marketplace.catalogue.places import Point, distance_words
from search.everything import AGENDA, LISTINGS, PAGES, PEOPLE, Everything
from search.parsing import ParsedQuery
from search.query import DISTANCES, NEAREST, PAGE_SIZE, RECENT, RELEVANCE, CatalogueQuery
from search.results import ANY_DISTANCE, CatalogueResult, Hit

NBSP = "\u00a0"


def rows(result_hits: tuple[Hit, ...], viewer: Any, home: Point | None) -> list[dict[str, Any]]:
    """Return what `components/listing_row.html` draws, the matched words marked."""
    found = []
    first_partial = next((hit for hit in result_hits if hit.partial), None)
    # All of them partly: a notice above says so.
    divided = first_partial is not None and not result_hits[0].partial
    for index, hit in enumerate(result_hits):
        row = presentation.row(hit.item, viewer, home)
        row |= {
            "title_html": hit.title_html,
            "summary": hit.summary_html,
            # Pictures alternate down the list.
            "tone": "second" if index % 2 else "accent",
            "partial_from_here": divided and hit is first_partial,
        }
        if hit.distance_km is not None:
            row["distance"] = distance_words(hit.distance_km)
        found.append(row)
    return found


def page_rows(hits: tuple[Hit, ...], request: Any) -> list[dict[str, Any]]:
    """Return what `search/page_row.html` draws of editorial pages."""
    own_root = request.site.root_page.path
    found = []
    for hit in hits:
        page = hit.item
        found.append(
            {
                "url": page.get_url(request) or page.full_url,
                "title_html": hit.title_html,
                "summary": hit.summary_html,
                "kicker": getattr(page, "kicker", "") or "Page",
                "icon": getattr(page, "icon_name", "file-text"),
                "pinned": hit.pinned,
                "elsewhere": "" if page.path.startswith(own_root) else _site_name(page),
            }
        )
    return found


def _site_name(page: Any) -> str:
    site = page.get_site()
    return site.site_name or site.hostname if site else ""


def paginator_page(result: CatalogueResult) -> Page:
    """Return Django's page for `components/pagination.html`; the rows are elsewhere."""
    return numbered_page(result.total, result.query.size, result.page)


def numbered_page(total: int, size: int, number: int) -> Page:
    return Paginator(range(total), size).page(number)


def page_of_tab(found: Everything) -> Page | None:
    """Return the page of the open tab for `components/pagination.html`; None where all is shown."""
    numbers = {
        PAGES: found.pages.page,
        AGENDA: found.events.page,
        LISTINGS: found.listings.page if found.listings else 1,
        PEOPLE: found.people.page,
    }
    if found.tab not in numbers:
        return None
    return numbered_page(found.here, PAGE_SIZE, numbers[found.tab])


def headline(result: CatalogueResult) -> str:
    """Return «31 réponses» to words, «31 annonces» without, with a space every three digits."""
    number = f"{result.total:,}".replace(",", "\u202f")
    word = "réponse" if result.query.terms else "annonce"
    if result.total == 0:
        return f"Aucune {word}"
    return f"{number}{NBSP}{word}{'s' if result.total > 1 else ''}"


def sorts(query: CatalogueQuery, has_own: bool) -> list[dict[str, Any]]:
    """Return the orders that make sense for this query (`has_own`: on a collectivité's host)."""
    options = []
    own_first = has_own and not query.terms
    if query.terms:
        options.append((RELEVANCE, "pertinence", "Les plus proches de mes mots"))
    options.append((RECENT, "recent", "Les plus récentes"))
    if query.commune:
        options.append((NEAREST, "distance", "Les plus près d’abord"))
    shown = [
        {
            "value": word,
            "label": label,
            "checked": query.effective_sort == key and not (own_first and not query.sort),
        }
        for key, word, label in options
    ]
    if own_first:
        own = {"value": "", "label": "Notre organisme d’abord", "checked": not query.sort}
        shown.insert(0, own)
    return shown


def kept_by_filters(query: CatalogueQuery) -> list[tuple[str, str]]:
    """Return what the filters' form keeps of the address besides its own fields."""
    own = {"sens", "nature", "mode", "theme", "organisme", "rayon", "du", "au", "tri", "page"}
    return [(name, value) for name, value in query.parameters() if name not in own]


def kept_by_band(query: CatalogueQuery) -> list[tuple[str, str]]:
    """Return what the search band keeps: the filters, but neither words, place nor page."""
    band = {"q", "lieu", "rayon", "page", "tri"}
    return [(name, value) for name, value in query.parameters() if name not in band]


def band_place(parsed: ParsedQuery) -> str:
    """Return what the place field shows: «Metz, 20 km», or what was typed and not understood."""
    query = parsed.query
    if query.commune is None:
        return parsed.typed.get("lieu", "")
    if query.distance is None:
        return query.commune.label
    return f"{query.commune.label}, {query.distance} km"


def _wider(result: CatalogueResult) -> dict[str, str] | None:
    """Return the way to the nearest distance that has answers, if any has."""
    query, counts = result.query, result.facets.get("distance", {})
    if query.commune is None or query.distance is None or not counts.get(ANY_DISTANCE):
        return None
    farther = [bound for bound in DISTANCES if bound > query.distance and counts.get(bound)]
    if farther:
        label = f"Chercher jusqu’à {farther[0]}{NBSP}km"
    else:
        label = f"Chercher plus loin que {query.distance}{NBSP}km"
    distance = farther[0] if farther else None
    return {"label": label, "url": query.changed(distance=distance).address()}


def near_words(query: CatalogueQuery) -> str:
    """Return the sentence that says which commune was understood among the words."""
    if query.near is None:
        return ""
    return (
        f"«{NBSP}{query.near.name}{NBSP}» est compris comme un lieu{NBSP}: "
        "ce qui est tout près vient d’abord."
    )


def ways_out(result: CatalogueResult) -> list[dict[str, str]]:
    """Return what one can do when nothing answers, the most helpful first."""
    query = result.query
    ways = []
    if wider := _wider(result):
        ways.append(wider)
    ways += [
        {"label": f"Chercher «{NBSP}{word}{NBSP}» seul", "url": query.changed(text=word).address()}
        for word in result.words_alone
    ]
    if query.is_filtered:
        ways.append({"label": "Enlever les filtres", "url": query.without_filters().address()})
    return ways


def need_url(words: str) -> str:
    """Return where one says a need, its title begun with the words that found nothing."""
    begun = {"titre": words} if words else {}
    return f"{reverse('listing_create')}?{urlencode({'sens': 'besoin'} | begun)}"
