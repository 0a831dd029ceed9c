"""How much of a query an answer must hold: its telling words, not all of them.

Words weigh by how rare they are in what the reader may see (Robertson and Spärck Jones' inverse
document frequency, as BM25 counts it). A word that is nowhere weighs most: «salle de bronzage» is
not answered by rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import log

# What share of the weight of the words an answer must hold.
ENOUGH = 0.25
# With two words only, one of them is another subject: unless an answer holds this share, there is
# none at all («robe de mariée» is not answered by dresses and by weddings).
TELLING = 0.75
FEW_WORDS = 2
# A word that is nowhere says that the thing is not there, more than any rare word.
NOWHERE = 2.0
# In a small catalogue every word is common: it tells something still.
LEAST = 1.0
# Beyond, the rarest words say enough, and the sets of words would be too many.
MOST_GROUPS = 6


def rarity(found: int, total: int) -> float:
    """Return the weight of a word that is in `found` documents of `total`."""
    return max(LEAST, log(1 + (max(total, found) - found + 0.5) / (found + 0.5)))


def weights_of(found: Sequence[int], total: int) -> list[float]:
    """Return the weight of each word, `found` in so many of the `total` documents."""
    return [rarity(one, total) * (1 if one else NOWHERE) for one in found]


def enough(weights: Sequence[float]) -> tuple[tuple[int, ...], ...]:
    """Return the smallest sets of words (by position) that weigh enough, the heaviest first."""
    places = sorted(range(len(weights)), key=lambda place: -weights[place])[:MOST_GROUPS]
    least = ENOUGH * sum(weights[place] for place in places)
    sets: list[tuple[int, ...]] = []
    for size in range(1, len(places) + 1):
        for chosen in combinations(places, size):
            if any(set(smaller) <= set(chosen) for smaller in sets):
                continue
            if sum(weights[place] for place in chosen) >= least:
                sets.append(chosen)
    return tuple(sets)
