"""Another spelling for words that have no answer, made only of words that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from accounts.words import fold
from search.text import Term

SHORTEST = 4
# More unknown words than this are no slip of the finger, and each costs a look at every word.
MOST_UNKNOWN = 3
# Typing errors forgiven, by the length of the word.
TWO_ERRORS_FROM = 10


def better_words(terms: Iterable[Term], words: set[str]) -> dict[Term, str]:
    """Return the nearest of `words` for each of these that is none of them and near one.

    Empty when more are unknown than slips of the finger would be.
    """
    unknown = [term for term in terms if fold(term.surface) not in words]
    unknown = [term for term in unknown if len(fold(term.surface)) >= SHORTEST]
    if len(unknown) > MOST_UNKNOWN:
        return {}
    found = {term: nearest(fold(term.surface), words) for term in unknown}
    return {term: word for term, word in found.items() if word}


def rewritten(text: str, better: Mapping[Term, str]) -> str:
    """Return what was typed with these words in place of those."""
    for term, word in better.items():
        place = text.lower().find(term.surface)
        if place >= 0:
            text = text[:place] + word + text[place + len(term.surface) :]
    return " ".join(text.split())


def nearest(typed: str, words: Iterable[str]) -> str | None:
    """Return the word nearest to `typed` within the errors forgiven; ties by alphabet."""
    allowed = 2 if len(typed) >= TWO_ERRORS_FROM else 1
    best: tuple[int, str] | None = None
    for word in words:
        # Fingers rarely slip on the first letter: «jeux» is not «deux».
        if word[:1] != typed[:1] or abs(len(word) - len(typed)) > allowed or len(word) < SHORTEST:
            continue
        errors = distance(typed, word, allowed)
        if errors <= allowed and (best is None or (errors, word) < best):
            best = (errors, word)
    return best[1] if best else None


def distance(a: str, b: str, most: int) -> int:
    """Return how many letters to add, drop, change or swap with their neighbour; `most` + 1 when
    more (optimal string alignment)."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, row, previous = row, [i], before
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
