"""A commune written among the words: «salle de réunion Metz», «sono près de Dax»."""

from __future__ import annotations

import re
from typing import NamedTuple

from accounts.models import Commune
from accounts.places.names import fold as fold_name
from accounts.words import fold

# Names of communes with more words are rare, and nobody types them whole.
MOST_WORDS = 5
# A small commune's name without «à» is too often a word or a name of something else.
WELL_KNOWN = 1_500  # inhabitants
# The beginning of a name is enough after «près de»: Coudekerque for Coudekerque-Branche.
SHORTEST_BEGINNING = 5

_WORD = re.compile(r"[^\W_]+")
# What may stand before the name of a place, from the least to the most telling.
_TELLING = re.compile(
    r"(?:autour|pr[èe]s|proche|c[ôo]t[ée]|environs|alentours|loin|secteur|r[ée]gion)"
    r"\s+(?:de|du|des|d['’]|de\s+la|de\s+l['’])\s*$|\b(?:vers|chez)\s*$",
    re.I,
)
_AT = re.compile(r"\b(?:[àa]|au|aux|sur|en)\s*$", re.I)
_ARTICLE = re.compile(r"(?:le|la|les)\b|l['’]", re.I)
_OF = re.compile(r"\b(?:de|du|des|d['’])\s*$", re.I)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Names of communes that are first of all words, found by reading the two lists together: they are
# places only where the words before leave no doubt.
ORDINARY_WORDS = _listed(
    """
    abondance abondant agneaux aigre aiguillon ales andouille angles anse arches ardentes ardres
    argentan avion avoine baccarat bais bar baud benet berne bievres bois bordes bourg bourges
    bras brie brou brulon bruyeres bucheres cabries cancale cannes carcans carte cassis chablis
    champagne change chanteau chapelle charmes charron chars chauve chevrieres chiche cintre
    clapiers cluses collegien colombe colombelles colombes colombiers contes corbeilles cornier
    courrieres cours coux creances croix die drap echalas ecole eglise embrun entrelacs esches
    etain falaise ferme ferrieres fille foix fontaine fontaines fosses four fourmies fretin
    gaillac gaillard gap gare gorges goyave graces gray grenade grignon grillon guides guise
    hanches houilles jardin lattes lent leves levier ligne lisses lit loches lorette lux mache
    macon mare marennes marin marines martel mees menton mer mere monnaie montagne monts moulins
    moutiers mur mures muret oraison orange orgueil ormes pannes pantin parc pavie peille persan
    pertuis pierres place plaisir plan pommiers pont port poste pre provin provins publier
    quarante rives rivieres roche roques roquettes rosieres rots rouge rouille rue sables saintes
    saix sales salles sauve savonnieres sceaux sens signes sorbiers table taillades tarare
    tonnerre touques tourbes tours trappes tresses treve tulle valence vannes vendres verrieres
    ville violes vitre viviers
    """
)


class PlaceInWords(NamedTuple):
    commune: Commune
    start: int
    end: int


def find_place(text: str) -> PlaceInWords | None:
    """Return the commune that the words name, and where it is written with its preposition.

    The longest name wins, then the last one written; something must be left to look for. One
    query, two for the beginning of a name.
    """
    words = list(_WORD.finditer(text))
    if len(words) < 2:
        return None
    spans: dict[str, list[tuple[int, int]]] = {}
    for first in range(len(words)):
        for last in range(first, min(len(words), first + MOST_WORDS)):
            start, end = words[first].start(), words[last].end()
            name = fold_name(text[start:end])
            if len(name) > 1 and first + len(words) - last - 1 > 0:
                spans.setdefault(name, []).append((start, end))
    found: dict[str, Commune] = {}
    for commune in Commune.objects.filter(
        folded_name__in=spans, latitude__isnull=False, longitude__isnull=False
    ).order_by("population"):
        found[commune.folded_name] = commune
    best: tuple[tuple[int, int], PlaceInWords] | None = None
    for name, commune in found.items():
        for start, end in spans[name]:
            if _is_meant(text[:start], text[start:end], commune):
                place = PlaceInWords(commune, _start_with_preposition(text[:start]), end)
                rank = (end - start, start)
                if best is None or rank > best[0]:
                    best = rank, place
    return best[1] if best else _beginning(text)


def _is_meant(before: str, written: str, commune: Commune) -> bool:
    """Return whether this name, written after these words, is a place."""
    if _TELLING.search(before):
        return True
    ordinary = fold(written) in ORDINARY_WORDS or written.isdigit()
    article = _ARTICLE.match(commune.name)
    if article and not written.lower().startswith(article.group().lower()):
        ordinary = True  # «une machine» is not La Machine
    if ordinary or not before.strip():
        return False
    return bool(_AT.search(before)) or commune.population >= WELL_KNOWN


def _beginning(text: str) -> PlaceInWords | None:
    for word in _WORD.finditer(text):
        if len(word.group()) >= SHORTEST_BEGINNING and _TELLING.search(text[: word.start()]):
            name = fold_name(word.group())
            # (a range reads the index on both databases, which LIKE does not)
            longer = Commune.objects.filter(
                folded_name__gt=f"{name} ", folded_name__lt=f"{name}!", latitude__isnull=False
            )
            commune = longer.order_by("-population").first()
            if commune:
                start = _start_with_preposition(text[: word.start()])
                return PlaceInWords(commune, start, word.end())
    return None


def _start_with_preposition(before: str) -> int:
    for pattern in (_TELLING, _AT, _OF):
        if found := pattern.search(before):
            return found.start()
    return len(before)
