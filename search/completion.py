"""What the box offers while one types: titles, categories, tags and places of what one may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Commune
from accounts.words import clean, composed, fold
from marketplace.models import Listing, ListingTag
from search.analysis import STOP_WORDS, words
from search.catalogue import Session, default_engine
from search.engines.base import Begun, CompletionRequest
from search.known import load_themes
from search.query import LONGEST_TEXT
from search.synonyms.thesaurus import NONE

MOST = 8
# Of each kind but titles, which take the places left.
MOST_OF_A_KIND = 2
SHORTEST = 2
MOST_WORDS = 6


@dataclass(frozen=True)
class Completion:
    """A text to search for, and what it names."""

    text: str
    kind: str  # one of KINDS


# What a person reads beside each.
KINDS = {"category": "Rubrique", "tag": "Mot", "place": "Lieu", "title": "Annonce"}


def begun_words(text: str) -> tuple[str, ...]:
    """Return the folded words of what is being typed, without those that say nothing.

    Empty when nothing is long enough to be completed.
    """
    typed = [word for word, _, _ in words(clean(text, LONGEST_TEXT))]
    telling = [word for word in typed if word not in STOP_WORDS] or typed[-1:]
    folded = (fold(composed(word)) for word in telling)
    kept = [word for word in folded if len(word) >= SHORTEST and word.isalnum()]
    return tuple(dict.fromkeys(kept))[-MOST_WORDS:]


def complete(text: str, user: Any, engine: str | None = None) -> tuple[Completion, ...]:
    """Return at most eight names that the words begin, all from listings that `user` may see now.

    A constant number of queries; never raises for an engine's sake.
    """
    begun = begun_words(text)
    if not begun:
        return ()
    request = CompletionRequest(words=begun, user=user, themes=load_themes())
    found = Session(engine or default_engine(), NONE).complete(request)
    names = _names(request, found)
    few = {kind: names[kind][:MOST_OF_A_KIND] for kind in KINDS if kind != "title"}
    few["title"] = names["title"][: MOST - sum(map(len, few.values()))]
    chosen: dict[str, Completion] = {}
    for kind in KINDS:
        for name in few[kind]:
            chosen.setdefault(fold(name), Completion(name, kind))
    return tuple(chosen.values())


def _names(request: CompletionRequest, found: Begun) -> dict[str, list[str]]:
    """Return the names of each kind, looked up through the reader's own door whatever the engine
    believed, those that begin as the words do first."""
    visible = Listing.objects.in_catalogue_for(request.user).order_by()
    titles = dict(visible.filter(pk__in=found.listings).values_list("pk", "title"))
    themes = visible.values_list("category", flat=True).distinct() if found.categories else ()
    allowed = set(request.named_themes(themes))
    tags = ListingTag.objects.filter(
        slug__in=found.tags, listings__content_object__in=visible.values("pk")
    )
    here = visible.filter(commune__in=found.communes).values("commune")
    places = Commune.objects.filter(pk__in=here)
    return {
        "category": _kept(
            request,
            (one.name for one in request.themes.ordered if one.pk in allowed & {*found.categories}),
        ),
        "tag": _kept(request, tags.order_by("name").values_list("name", flat=True).distinct()),
        "place": _kept(request, places.order_by("-population").values_list("name", flat=True)),
        "title": _kept(request, (titles[pk] for pk in found.listings if pk in titles)),
    }


def _kept(request: CompletionRequest, names: Iterable[str]) -> list[str]:
    once = {fold(name): name for name in reversed(list(names)) if request.names(name)}
    kept = list(reversed(once.values()))
    return sorted(kept, key=lambda name: not fold(name).startswith(request.words[0]))
