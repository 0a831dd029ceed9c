"""Reading a query from an address: whatever it holds, an answer or a kind sentence."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date

from accounts.models import Commune
from accounts.words import clean
from marketplace.models import Listing, ListingTag
from search.known import Known, load_themes, visible_organisations
from search.query import (
    ANYWHERE,
    DEFAULT_DISTANCE,
    DIRECTION_WORDS,
    FARTHEST,
    LONGEST_TEXT,
    NATURE_WORDS,
    SORT_WORDS,
    TRANSFER_WORDS,
    CatalogueQuery,
    Place,
)
from search.understanding import place_of, understood

MOST_VALUES = 30
MOST_PAGES = 100_000
# « Metz, 20 km », « Metz 20km », « 20 km autour de Metz »
_DISTANCE_AFTER = re.compile(r"^(.*?)[\s,;(à]*(\d{1,5})\s*(?:km|kms|kilom[èe]tres?)\)?\s*$", re.I)
_DISTANCE_BEFORE = re.compile(
    r"^(\d{1,5})\s*(?:km|kms|kilom[èe]tres?)\s+(?:autour\s+de|de|d’|d')?\s*(.+)$", re.I
)


@dataclass(frozen=True)
class ParsedQuery:
    """The query understood, what was left aside (`notes`), what must be mended (`errors` by field).

    `typed` keeps what the person wrote in the place and date fields, for the form to show again.
    """

    query: CatalogueQuery
    notes: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    known: Known = field(default_factory=Known)


class _Reading:
    def __init__(self, data: QueryDict, user: Any) -> None:
        self.data = data
        self.user = user
        self.notes: list[str] = []
        self.errors: dict[str, str] = {}
        self.typed: dict[str, str] = {}

    def one(self, name: str, limit: int = 100) -> str:
        return clean(self.data.get(name, ""), limit)

    def many(self, name: str) -> list[str]:
        values = (clean(value, 60) for value in self.data.getlist(name)[:MOST_VALUES])
        return list(dict.fromkeys(value for value in values if value))

    def words(self, name: str, known: Mapping[str, str], what: str) -> tuple[str, ...]:
        asked = self.many(name)
        if any(value not in known for value in asked):
            self.notes.append(f"Un {what} demandé n’existe pas\u00a0: il est laissé de côté.")
        return tuple(known[value] for value in asked if value in known)

    def text(self) -> str:
        raw = self.data.get("q", "")
        text = clean(raw, LONGEST_TEXT)
        if len(raw.strip()) > LONGEST_TEXT:
            self.notes.append(
                "Votre recherche est longue\u00a0: nous en avons gardé les "
                f"{LONGEST_TEXT} premiers caractères."
            )
        return text

    def slugs(self, name: str, known: Container[str], what: str) -> tuple[str, ...]:
        asked = self.many(name)
        if any(slug not in known for slug in asked):
            self.notes.append(f"{what} n’existe pas ou n’a rien ici\u00a0: c’est laissé de côté.")
        return tuple(slug for slug in asked if slug in known)

    def place(self) -> tuple[Place | None, int | None]:
        typed = self.one("lieu")
        self.typed["lieu"] = typed
        if not typed:
            return None, None
        name, wished = split_distance(typed)
        commune = find_commune(name) if name else None
        if commune is None:
            self.errors["lieu"] = (
                f"Nous ne trouvons pas la commune «\u00a0{name or typed}\u00a0». "
                "Écrivez son nom entier ou son code postal\u00a0; "
                "en attendant, voici les réponses de partout."
            )
            return None, None
        found, others = commune
        if others:
            self.notes.append(
                f"Plusieurs communes s’appellent {found.name}\u00a0: nous avons retenu celle du "
                f"département {found.department_code}. Pour une autre, ajoutez son code postal."
            )
        place = place_of(found, str(found) if others else "")
        return place, self.distance(wished)

    def distance(self, wished: str) -> int | None:
        text = wished or self.one("rayon", 10)
        if text == ANYWHERE:
            return None
        if not text:
            return DEFAULT_DISTANCE
        if not (text.isascii() and text.isdigit()):
            self.notes.append(
                "La distance n’est pas un nombre de kilomètres\u00a0: "
                f"{DEFAULT_DISTANCE}\u00a0km sont retenus."
            )
            return DEFAULT_DISTANCE
        kilometres = int(text)
        if kilometres < 1:
            return 1
        if kilometres > FARTHEST:
            self.notes.append(f"La distance est ramenée à {FARTHEST}\u00a0km.")
            return FARTHEST
        return kilometres

    def day(self, name: str) -> date | None:
        text = self.one(name, 20)
        self.typed[name] = text
        if not text:
            return None
        try:
            day = parse_date(text) or _french_date(text)
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2200:
            self.errors[name] = (
                f"«\u00a0{text}\u00a0» n’est pas une date\u00a0: écrivez le jour, le mois "
                "et l’année, par exemple 12/06/2026."
            )
            return None
        return day

    def days(self) -> tuple[date | None, date | None]:
        first, last = self.day("du"), self.day("au")
        if first and last and last < first:
            self.errors["au"] = (
                "La fin de la période vient avant son début\u00a0: échangez les deux dates. En "
                "attendant, les dates ne comptent pas."
            )
            return None, None
        return first, last

    def page(self) -> int:
        text = self.one("page", 12)
        if text.isascii() and text.isdigit():
            return max(1, min(int(text), MOST_PAGES))
        return 1


def parse_query(data: QueryDict, user: Any) -> ParsedQuery:
    """Return what an address asks for `user`; never raises for what it holds.

    One query for the themes, and one for each of commune, tags and organisations when used; what
    it looked up comes with the answer, for the search itself.
    """
    reading = _Reading(data, user)
    themes = load_themes()
    # Only what the reader may see exists for them.
    asked = reading.many("organisme")
    organisations = visible_organisations(asked, user) if asked else {}
    tags = _visible_tags(reading.many("etiquette"), user)
    commune, distance = reading.place()
    first, last = reading.days()
    sorts = reading.words("tri", SORT_WORDS, "ordre")
    query = CatalogueQuery(
        text=reading.text(),
        directions=reading.words("sens", DIRECTION_WORDS, "filtre"),
        natures=reading.words("nature", NATURE_WORDS, "filtre"),
        transfers=reading.words("mode", TRANSFER_WORDS, "filtre"),
        categories=reading.slugs("theme", themes.id_of, "Un thème demandé"),
        tags=reading.slugs("etiquette", tags, "Une étiquette demandée"),
        organisations=reading.slugs("organisme", organisations, "Un organisme demandé"),
        commune=commune,
        distance=distance,
        date_from=first,
        date_to=last,
        sort=sorts[0] if sorts else "",
        page=reading.page(),
    )
    query = understood(query)
    if query.text and not query.terms:
        reading.notes.append(
            "Ces mots sont trop courants pour chercher\u00a0: voici tout ce qui répond aux filtres."
        )
    known = Known(themes, {slug: organisations[slug] for slug in query.organisations})
    return ParsedQuery(
        query, tuple(dict.fromkeys(reading.notes)), reading.errors, reading.typed, known
    )


def _visible_tags(slugs: list[str], user: Any) -> set[str]:
    if not slugs:
        return set()
    visible = Listing.objects.in_catalogue_for(user)
    known = ListingTag.objects.filter(slug__in=slugs, listings__content_object__in=visible)
    return set(known.values_list("slug", flat=True))


def split_distance(text: str) -> tuple[str, str]:
    """Return the name of a place and the kilometres written beside it: « Metz, 20 km »."""
    for pattern, name, kilometres in ((_DISTANCE_AFTER, 1, 2), (_DISTANCE_BEFORE, 2, 1)):
        if found := pattern.match(text):
            return found[name].strip(" ,;"), found[kilometres]
    return text.strip(" ,;"), ""


def find_commune(name: str) -> tuple[Commune, bool] | None:
    """Return the commune that `name` means (the most populated) and whether others share it."""
    found = [
        commune
        for commune in Commune.objects.named(name)[:2]
        if commune.latitude is not None and commune.longitude is not None
    ]
    if not found:
        return None
    return found[0], len(found) > 1


def _french_date(text: str) -> date | None:
    found = re.match(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$", text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None
