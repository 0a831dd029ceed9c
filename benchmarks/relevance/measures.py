"""How good a list of answers is, next to what a person judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

# From this grade on, an answer would serve (README.md): what recall counts.
USEFUL = 2


def ndcg(answers: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain, from 0 to 1, with gains of 2^grade - 1.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with the
    exponential gain in common use. Raises ZeroDivisionError when nothing is graded.
    """

    def gained(ordered: Sequence[int]) -> float:
        return sum((2**grade - 1) / log2(rank + 2) for rank, grade in enumerate(ordered[:depth]))

    return gained([grades.get(answer, 0) for answer in answers]) / gained(
        sorted(grades.values(), reverse=True)
    )


def recall(answers: Sequence[str], grades: Mapping[str, int], depth: int = 50) -> float:
    """Return the share, from 0 to 1, of the useful listings that are among the first answers.

    Where no listing is useful, those of some use count. Raises ZeroDivisionError for none at all.
    """
    useful = {answer for answer, grade in grades.items() if grade >= USEFUL} or set(grades)
    return len(useful.intersection(answers[:depth])) / min(len(useful), depth)
