"""The filters as the page shows them: groups of ticks with counts, and chips to take away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import Organisation
from marketplace.choices import Direction, Nature, Transfer
from marketplace.models import ListingTag
from search.engines.base import Themes
from search.query import (
    ANYWHERE,
    DIRECTION_WORDS,
    DISTANCES,
    NATURE_WORDS,
    TRANSFER_WORDS,
    CatalogueQuery,
)
from search.results import ANY_DISTANCE, CatalogueResult

NBSP = "\u00a0"
DIRECTION_LABELS = {Direction.OFFER: "Une offre", Direction.NEED: "Un besoin auquel répondre"}
NATURE_LABELS = {
    Nature.SKILL: "Compétences",
    Nature.EQUIPMENT: "Matériel",
    Nature.PREMISES: "Locaux",
    Nature.VEHICLE: "Véhicules et vélos",
    Nature.DESK: "Bureaux volants",
    Nature.MISSION: "Coups de main, immersions",
}
TRANSFER_LABELS = {
    Transfer.LOAN: "Prêt",
    Transfer.GIFT: "Don",
    Transfer.TIME: "Temps donné",
    Transfer.HOSTING: "Accueil",
}
MOST_ORGANISATIONS = 8

Group = dict[str, Any]


def groups(result: CatalogueResult, themes: Themes) -> list[Group]:
    """Return the groups of the left column, in one query (organisations)."""
    query, facets = result.query, result.facets
    found = [
        _words(
            "Je cherche", "sens", DIRECTION_WORDS, DIRECTION_LABELS, query.directions,
            facets.get("direction", {}),
        ),
        _words(
            f"De quoi s’agit-il{NBSP}?", "nature", NATURE_WORDS, NATURE_LABELS, query.natures,
            facets.get("nature", {}),
        ),
        _words(
            "Comment", "mode", TRANSFER_WORDS, TRANSFER_LABELS, query.transfers,
            facets.get("transfer", {}),
        ),
    ]  # fmt: skip
    if query.commune:
        found.append(_distances(query, facets.get("distance", {})))
    found.append(_themes(query, themes, facets.get("category", {})))
    found.append(_organisations(query, facets.get("organisation", {})))
    return [group for group in found if group["options"]]


def _option(value: str, label: str, count: int | None, checked: bool) -> dict[str, Any]:
    return {"value": value, "label": label, "count": count, "checked": checked}


def _words(
    legend: str,
    name: str,
    words: dict[str, Any],
    labels: dict[Any, str],
    chosen: Iterable[str],
    counts: dict[Any, int],
) -> Group:
    values = {key: word for word, key in words.items()}
    options = [
        _option(values[key], label, counts.get(str(key.value), 0), key in chosen)
        for key, label in labels.items()
    ]
    return {"legend": legend, "name": name, "options": options}


def _distances(query: CatalogueQuery, counts: dict[int, int]) -> Group:
    assert query.commune is not None  # noqa: S101 - the caller has checked
    bounds = sorted({*DISTANCES, *([query.distance] if query.distance else [])})
    options = [
        _option(
            str(bound),
            f"moins de {bound}{NBSP}km",
            counts.get(bound, 0),
            query.distance == bound,
        )
        for bound in bounds
    ]
    options.append(
        _option(ANYWHERE, "à toute distance", counts.get(ANY_DISTANCE, 0), query.distance is None)
    )
    name = query.commune.name
    of = "d’" if name[0].lower() in "aâàeéèêëiîïoôuûüyœæ" else "de "
    return {"legend": f"Autour {of}{name}", "name": "rayon", "kind": "radio", "options": options}


def _themes(query: CatalogueQuery, themes: Themes, counts: dict[int, int]) -> Group:
    """The themes that have answers; those under a chosen one too."""
    options = []
    for theme in themes.ordered:
        chosen = theme.slug in query.categories
        opened = theme.parent is None or theme.parent.slug in query.categories
        if chosen or (opened and counts.get(theme.pk)):
            options.append(
                (
                    theme.parent_id or theme.pk,
                    theme.parent_id is not None,
                    _option(theme.slug, theme.name, counts.get(theme.pk, 0), chosen),
                )
            )
    order = {top: n for n, top in enumerate(dict.fromkeys(top for top, _, _ in options))}
    options.sort(key=lambda item: (order[item[0]], item[1]))
    return {"legend": "Thème", "name": "theme", "options": [option for *_, option in options]}


def _organisations(query: CatalogueQuery, counts: dict[int, int]) -> Group:
    """Those with most answers, and those chosen; all of them stand in what the reader sees."""
    known = {
        organisation.pk: organisation
        for organisation in Organisation.objects.filter(pk__in=counts).only("slug", "short_name")
    }
    ranked = sorted(
        known.values(), key=lambda found: (-counts[found.pk], found.short_name.casefold())
    )
    shown = [
        organisation
        for rank, organisation in enumerate(ranked)
        if rank < MOST_ORGANISATIONS or organisation.slug in query.organisations
    ]
    return {
        "legend": "Qui",
        "name": "organisme",
        "options": [
            _option(
                organisation.slug,
                organisation.short_name,
                counts[organisation.pk],
                organisation.slug in query.organisations,
            )
            for organisation in shown
        ],
    }


def chips(query: CatalogueQuery, shown: list[Group]) -> list[dict[str, str]]:
    """Return the filters in force, each with the address without it."""
    found: list[tuple[str, CatalogueQuery]] = []
    fields: dict[str, tuple[str, dict[str, Any] | None]] = {
        "sens": ("directions", DIRECTION_WORDS),
        "nature": ("natures", NATURE_WORDS),
        "mode": ("transfers", TRANSFER_WORDS),
        "theme": ("categories", None),
        "organisme": ("organisations", None),
    }
    for group in shown:
        if group["name"] not in fields:
            continue
        field, words = fields[group["name"]]
        for option in group["options"]:
            if option["checked"]:
                value = words[option["value"]] if words else option["value"]
                kept = tuple(other for other in getattr(query, field) if other != value)
                found.append((option["label"], query.changed(**{field: kept})))
    if query.tags:
        for tag in ListingTag.objects.filter(slug__in=query.tags):
            kept = tuple(slug for slug in query.tags if slug != tag.slug)
            found.append((f"étiquette {tag.name}", query.changed(tags=kept)))
    if query.commune:
        found.append((place_words(query), query.changed(commune=None, distance=None, sort="")))
    if query.date_from or query.date_to:
        found.append((period_words(query), query.changed(date_from=None, date_to=None)))
    return [{"label": label, "url": without.address()} for label, without in found]


def place_words(query: CatalogueQuery) -> str:
    """Return «à moins de 20 km de Metz»; empty without a commune."""
    if query.commune is None:
        return ""
    if query.distance:
        return f"à moins de {query.distance}{NBSP}km de {query.commune.name}"
    return f"distances depuis {query.commune.name}"


def period_words(query: CatalogueQuery) -> str:
    """Return «du 01/06/2026 au 03/06/2026», or the end that is known."""
    start = query.date_from.strftime("%d/%m/%Y") if query.date_from else ""
    end = query.date_to.strftime("%d/%m/%Y") if query.date_to else ""
    if start and end:
        return f"du {start} au {end}"
    return f"à partir du {start}" if start else f"jusqu’au {end}"
