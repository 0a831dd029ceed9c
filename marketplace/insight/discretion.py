"""No figure about fewer than five persons, neither shown nor found by subtraction.

A row of figures divides its total among cells. What fewer than five did is not shown; then neither
are the zeros of that row, and as many other cells as it takes for what is missing (the total less
what is shown) to be the sum of several cells and the act of at least five. Rows that divide a cell
of another row are shown only if that cell is. Nothing else decides what may be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True)
class Cell:
    """A number of things, and the persons whose acts they are."""

    label: str
    count: float
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Shown:
    """What may be read of a cell: None where it is not shown."""

    label: str
    count: float | None


@dataclass(frozen=True)
class Shares:
    """What may be read of a row: its cells in order, and their total (None: nothing at all)."""

    cells: tuple[Shown, ...]
    total: float | None

    @property
    def hides(self) -> bool:
        """Return whether something of it is not shown."""
        return self.total is None or any(one.count is None for one in self.cells)

    def count_of(self, label: str) -> float | None:
        return next((one.count for one in self.cells if one.label == label), None)


def may_show(count: float, people: Iterable[int]) -> bool:
    """Return whether a number stands for enough persons, or for none at all."""
    return count == 0 or len(frozenset(people)) >= LEAST


def discreet(cells: Sequence[Cell]) -> Shares:
    """Return what may be shown of cells that divide a total which is shown with them."""
    everybody = _union(cells, range(len(cells)))
    total = sum(one.count for one in cells)
    if not may_show(total, everybody):
        return nothing(cells)
    hidden = _hidden(cells)
    return Shares(
        tuple(
            Shown(one.label, None if rank in hidden else one.count)
            for rank, one in enumerate(cells)
        ),
        total,
    )


def nothing(cells: Sequence[Cell]) -> Shares:
    """Return the row with nothing shown: that of a whole which is hidden itself."""
    return Shares(tuple(Shown(one.label, None) for one in cells), None)


def _hidden(cells: Sequence[Cell]) -> set[int]:
    hidden = {rank for rank, one in enumerate(cells) if not may_show(one.count, one.people)}
    if not hidden:
        return hidden
    # A zero that is shown would tell that the others are not.
    hidden |= {rank for rank, one in enumerate(cells) if one.count == 0}
    shown = [rank for rank in range(len(cells)) if rank not in hidden]
    # The smallest first: it costs the reader least.
    shown.sort(key=lambda rank: (len(cells[rank].people), cells[rank].count, rank))
    while shown and not _is_blurred(cells, hidden):
        hidden.add(shown.pop(0))
    return hidden


def _is_blurred(cells: Sequence[Cell], hidden: set[int]) -> bool:
    """Return whether what is missing is the sum of several cells, and the act of enough persons."""
    several = sum(1 for rank in hidden if cells[rank].count) > 1
    return several and len(_union(cells, hidden)) >= LEAST


def _union(cells: Sequence[Cell], ranks: Iterable[int]) -> frozenset[int]:
    return frozenset().union(*(cells[rank].people for rank in ranks))
