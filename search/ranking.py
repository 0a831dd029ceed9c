"""The order of the first answers to words: one way for every engine.

An engine finds, counts and gives its best first; the first `WINDOW` are then put in order here,
from the same tokens of the embedded index, so that all engines and databases answer alike. The
formula is BM25F (Robertson, Zaragoza and Taylor, 2004), with the fields of `search.boosts`, the
best name of a thing instead of their sum, and a little more for words that name the thing (at the
beginning of the title) and that follow each other. With an encoder, what is nearest in sense gets a
part of the best score, by its reciprocal rank (Cormack, Clarke and Büttcher, 2009).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from typing import Any

from accounts.places.distance import distance_km
from marketplace.choices import Direction
from marketplace.models import Listing
from search.boosts import ALTERNATIVE
from search.boosts import weight as boost
from search.engines.base import LISTING
from search.models import Row
from search.query import CatalogueQuery
from search.text import Group, TextQuery

WINDOW = 200

FIELDS = ("title", "keywords", "summary", "body")
# BM25's usual constants: how soon repeating a word stops counting, how much length matters.
K1, B = 1.2, 0.6
# Usual lengths in words, so that a score does not depend on what else there is.
USUAL_LENGTH = {"title": 5, "keywords": 14, "summary": 9, "body": 30}
# The first words of a title name the thing: «Sono pour une fête», not «Fête avec sono».
NAMES_IT = 0.35
# Words that stand one after the other as they were typed: «carte de bus».
FOLLOW = 0.3
# The other way round than the sentence said; a need where nothing was said.
OTHER_WAY, NEED = 0.35, 0.85
# What the nearest in sense gains, as a part of the best score, and the rank that gains half of it.
SENSE, HALF_AT = 0.4, 10
# In kilometres: what is as good as next door, and how soon the rest loses.
NEXT_DOOR, FADES_BY = 10.0, 20.0


@dataclass(frozen=True)
class _Found:
    columns: dict[str, list[str]]
    variants: frozenset[str]
    words: list[str]
    direction: str
    point: tuple[float, float] | None


@dataclass(frozen=True)
class Ranked:
    """Listings in order, and the largest share of the words' weight that one of them holds."""

    ids: tuple[int, ...]
    share: float = 1.0
    # Those that hold some of the words only: they come after.
    partial: frozenset[int] = frozenset()


def ranked(
    ids: Sequence[int],
    query: CatalogueQuery,
    text: TextQuery,
    weights: Sequence[float] = (),
    sense: Mapping[int, int] | None = None,
) -> Ranked:
    """Return these listings, the best first; equal ones stay as they came. Two queries.

    `weights` says how much each group of words tells (`search.coverage`); empty when there is one.
    `sense` gives the rank, from 0, of those that are near in sense (`search.sense`).
    """
    documents = _load(ids)
    weights = list(weights) or [1.0] * len(text.wanted)
    scores: dict[int, float] = {}
    share = 0.0
    partial = set(ids) if len(text.wanted) > 1 else set()
    for pk, one in documents.items():
        held = [_group(one, group) for group in text.wanted]
        scores[pk] = _score(one, held, text, weights)
        told = sum(weight for weight, found in zip(weights, held, strict=True) if found)
        share = max(share, told / (sum(weights) or 1.0))
        if all(held):
            partial.discard(pk)
    # Whoever names a place wants what is there: distance alone orders what the words find.
    if sense and not query.near:
        best = max(scores.values(), default=0.0)
        for pk in scores:
            if pk in sense:
                scores[pk] += SENSE * best * HALF_AT / (HALF_AT + sense[pk])
    for pk, one in documents.items():
        scores[pk] *= _fitting(one, query)
    best_first = sorted(ids, key=lambda pk: (pk in partial, -scores.get(pk, 0.0)))
    return Ranked(tuple(best_first), share, frozenset(partial))


def _load(ids: Sequence[int]) -> dict[int, _Found]:
    places: dict[int, Any] = {
        pk: (direction, (own, other) if own is not None else (lat, lon))
        for pk, direction, own, other, lat, lon in Listing.objects.filter(pk__in=ids).values_list(
            "pk", "direction", "latitude", "longitude", "commune__latitude", "commune__longitude"
        )
    }
    found = {}
    for pk, *columns, variants, words in Row.objects.filter(
        kind=LISTING, object_id__in=ids
    ).values_list("object_id", *FIELDS, "variants", "words"):
        if pk in places:
            direction, point = places[pk]
            found[pk] = _Found(
                dict(zip(FIELDS, (column.split() for column in columns), strict=True)),
                frozenset(variants.split()),
                words.split(),
                direction,
                point if point[0] is not None else None,
            )
    return found


def _score(
    one: _Found,
    held: list[float],
    text: TextQuery,
    weights: Sequence[float],
) -> float:
    score = sum(weight * found for weight, found in zip(weights, held, strict=True))
    return score * (1 + FOLLOW * _following(one.columns["title"], text))


def _fitting(one: _Found, query: CatalogueQuery) -> float:
    """Return what is left of a score by the way that the sentence said, and by the distance."""
    left = 1.0
    if query.leaning:
        left = 1.0 if one.direction == query.leaning else OTHER_WAY
    elif one.direction == Direction.NEED:
        left = NEED
    if query.near:
        far = distance_km(*one.point, *query.near.point) if one.point else FADES_BY * 4
        left *= exp(-max(0.0, far - NEXT_DOOR) / FADES_BY)
    return left


def _group(one: _Found, group: Group) -> float:
    """Return how well a document answers to a word, or to the best of its other names."""
    typed = sum(_word(one, term.forms, term.prefix) for term in group.terms) / len(group.terms)
    others = (
        _word(one, other.forms) if other.forms else _phrase(one, other.phrase)
        for other in group.alternatives
    )
    return max(typed, ALTERNATIVE * max(others, default=0.0))


def _word(one: _Found, forms: tuple[str, ...], prefix: str = "") -> float:
    wanted = set(forms)
    score = _bm25f((name, [n for n, word in enumerate(words) if word in wanted], len(words))
                   for name, words in one.columns.items())  # fmt: skip
    if score:
        return score
    if not wanted.isdisjoint(one.variants):
        return _saturated(boost("variants"))
    if prefix and any(word.startswith(prefix) for word in one.words):
        return _saturated(boost("words"))
    return 0.0


def _phrase(one: _Found, phrase: tuple[str, ...]) -> float:
    size, wanted = len(phrase), list(phrase)

    def places(words: list[str]) -> list[int]:
        starts = range(len(words) - size + 1)
        return [start for start in starts if words[start : start + size] == wanted]

    return _bm25f((name, places(words), len(words)) for name, words in one.columns.items())


def _bm25f(places: Iterator[tuple[str, list[int], int]]) -> float:
    total, naming = 0.0, 0.0
    for name, at, length in places:
        if at:
            usual = 1 - B + B * length / USUAL_LENGTH[name]
            total += boost(name) * len(at) / usual
            if name == "title" and at[0] == 0:
                naming = NAMES_IT
    return _saturated(total) * (1 + naming) if total else 0.0


def _saturated(total: float) -> float:
    return total * (K1 + 1) / (total + K1)


def _following(title: list[str], text: TextQuery) -> float:
    """Return which share of the words typed stand in the title right after the one before."""
    pairs = list(pairwise(text.terms))
    if not pairs:
        return 0.0
    together = list(pairwise(title))
    held = sum(
        any(a in first.forms and b in second.forms for a, b in together) for first, second in pairs
    )
    return held / len(pairs)
