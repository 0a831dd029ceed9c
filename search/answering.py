"""How words are answered: rare words must be there, common ones may be missing, slips are forgiven.

An engine is asked how rare each word is, the words near one that nobody wrote, and the answers:
those that hold all the words, then those that hold enough of them. Everything is counted in what
the reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from accounts.words import composed
from search.analysis import analyse
from search.corrections import better_words, rewritten
from search.coverage import FEW_WORDS, TELLING, enough, weights_of
from search.engines.base import ListingRequest, last_page
from search.query import PAGE_SIZE, RELEVANCE
from search.ranking import WINDOW, Ranked, ranked
from search.results import Found
from search.sense.nearest import NOTHING, Near
from search.synonyms.thesaurus import Thesaurus
from search.text import Term


class Asked(Protocol):
    """An engine, or what falls back to another one (`search.catalogue`)."""

    thesaurus: Thesaurus

    def listings(self, request: ListingRequest) -> Found: ...

    def counts(self, request: ListingRequest) -> tuple[int, list[int]]: ...

    def words(self, request: ListingRequest) -> set[str]: ...

    def near(self, request: ListingRequest) -> Near: ...


# With fewer answers that hold every word, those that hold the telling ones come after.
FEW_ANSWERS = PAGE_SIZE


@dataclass(frozen=True)
class Answer:
    """What was found, for which words; `mended` are the words really looked for, when a slip was
    forgiven, and `relaxed` says that no answer holds them all."""

    found: Found
    request: ListingRequest
    relaxed: bool = False
    mended: str = ""
    words_alone: tuple[str, ...] = ()
    # What is near in sense, the filters applied: among the answers or not.
    near: Near = NOTHING


def answer(session: Asked, request: ListingRequest) -> Answer:
    """Return the answers to a request whose words have their other names already."""
    if not request.text:
        return Answer(session.listings(request), request)
    # In another order than that of the words, the sense has nothing to say.
    near = session.near(request) if request.query.effective_sort == RELEVANCE else NOTHING
    if len(request.text.wanted) < 2:
        return replace(_to_one_word(session, request, near.ranks), near=near)
    return replace(_to_words(session, request, near.ranks), near=near)


def _to_words(session: Asked, request: ListingRequest, sense: Mapping[int, int]) -> Answer:
    mended = ""
    total, counts = session.counts(request)
    if 0 in counts:
        request, mended = forgiven(session, request, counts)
        if mended:
            total, counts = session.counts(request)
    weights = weights_of(counts, total)
    strict, best = _ordered(session, request, weights, sense)
    found = strict
    by_words = request.query.effective_sort == RELEVANCE
    if strict.total < FEW_ANSWERS and (by_words or not strict.total):
        # Those that hold all the words come first still: in another order they would be mingled.
        looser = replace(request, text=replace(request.text, enough=enough(weights)))
        found, best = _ordered(session, looser, weights, sense, ahead=best.ids)
    if best.share < TELLING and len(request.text.wanted) <= FEW_WORDS:
        # Nothing, with what other filters would give.
        alone = [
            " ".join(term.surface for term in group.terms)
            for group, count in zip(request.text.wanted, counts, strict=True)
            if count
        ]
        return Answer(strict, request, words_alone=tuple(alone))
    relaxed = bool(found.total) and best.share < 1
    return Answer(found, request, relaxed, mended if found.total else "")


def _to_one_word(session: Asked, request: ListingRequest, sense: Mapping[int, int]) -> Answer:
    found, _ = _ordered(session, request, [], sense)
    if found.total or not request.text.terms:
        return Answer(found, request)
    # A word that the filters alone leave without answers is no slip.
    _, counts = session.counts(request)
    mended_request, mended = forgiven(session, request, counts)
    if not mended:
        return Answer(found, request)
    again, _ = _ordered(session, mended_request, [], sense)
    if not again.total:
        return Answer(found, request)
    return Answer(again, mended_request, mended=mended)


def _ordered(
    session: Asked,
    request: ListingRequest,
    weights: list[float],
    sense: Mapping[int, int],
    ahead: Sequence[int] = (),
) -> tuple[Found, Ranked]:
    """Return one page of answers, and the first ones in our own order; those after are in the
    engine's. `ahead` are known to answer, even where the engine would give them later."""
    query = request.query
    first = session.listings(replace(request, query=replace(query, sort="", page=1, size=WINDOW)))
    ids = list(dict.fromkeys([*ahead, *first.ids]))[:WINDOW]
    best = ranked(ids, query, request.text, weights, sense)
    page = min(query.page, last_page(first.total, query.size))
    if query.effective_sort != RELEVANCE or page * query.size > WINDOW:
        return session.listings(request), best
    start = (page - 1) * query.size
    shown = best.ids[start : start + query.size]
    return replace(first, ids=shown, page=page, partial=best.partial), best


def forgiven(
    session: Asked, request: ListingRequest, counts: list[int]
) -> tuple[ListingRequest, str]:
    """Return the request with the nearest words for those that nobody wrote, and these words as
    typed otherwise; the request itself and nothing when there are none near."""
    unknown = [
        group.terms[0]
        for group, count in zip(request.text.wanted, counts, strict=True)
        if not count and len(group.terms) == 1
    ]
    better = better_words(unknown, session.words(request)) if unknown else {}
    if not better:
        return request, ""
    terms = tuple(_as_written(better[one]) if one in better else one for one in request.text.terms)
    text = session.thesaurus.expand(replace(request.text, terms=terms, groups=(), enough=()))
    words = request.query.words
    typed = request.query.text if words is None else words
    return replace(request, text=text), rewritten(typed, better)


def _as_written(word: str) -> Term:
    token = analyse(composed(word))
    return Term(token[0].surface, token[0].forms) if token else Term(word, (word,))
