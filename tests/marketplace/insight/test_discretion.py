"""Fewer than five persons are never shown, nor found by taking what is shown from the total."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.insight.discretion import LEAST, Cell, Shares, discreet, may_show, nothing


def cell(label: str, *people: int, each: int = 1) -> Cell:
    """A cell in which each person did so many things."""
    return Cell(label, each * len(people), frozenset(people))


def seen(shares: Shares) -> list[float | None]:
    return [one.count for one in shares.cells]


MANY = range(10, 20)
FIVE = range(20, 25)


class TestOneNumber:
    @pytest.mark.parametrize(("people", "shown"), [(0, True), (1, False), (4, False), (5, True)])
    def test_five_persons_or_nobody(self, people: int, shown: bool) -> None:
        assert may_show(people * 3, range(people)) is shown

    def test_many_acts_of_one_person_are_one_person(self) -> None:
        assert not may_show(99, [7] * 99)


class TestShares:
    def test_everything_is_shown_when_each_cell_has_enough(self) -> None:
        shares = discreet([cell("prêts", *MANY), cell("dons", *FIVE), Cell("rien", 0)])
        assert seen(shares) == [10, 5, 0]
        assert shares.total == 15
        assert not shares.hides

    def test_nothing_at_all_when_the_total_is_of_fewer_than_five(self) -> None:
        shares = discreet([cell("prêts", 1, 2), cell("dons", 3), Cell("rien", 0)])
        assert seen(shares) == [None, None, None]
        assert shares.total is None

    def test_a_lone_hidden_cell_takes_another_with_it(self) -> None:
        """Else the total less the others would be that cell."""
        shares = discreet([cell("prêts", *MANY), cell("dons", 1, 2), cell("accueils", *FIVE)])
        assert seen(shares) == [10, None, None]
        assert shares.total == 17

    def test_two_hidden_cells_of_four_persons_together_take_a_third(self) -> None:
        shares = discreet([cell("a", 1, 2), cell("b", 3, 4), cell("c", *FIVE), cell("d", *MANY)])
        assert seen(shares) == [None, None, None, 10]

    def test_two_hidden_cells_of_five_persons_are_enough(self) -> None:
        shares = discreet([cell("a", 1, 2), cell("b", 3, 4, 5), cell("c", *FIVE)])
        assert seen(shares) == [None, None, 5]

    def test_zeros_hide_with_the_others(self) -> None:
        """Shown, they would tell that what is hidden is not zero."""
        shares = discreet([cell("a", 1, 2), Cell("vide", 0), cell("c", *FIVE), cell("d", *MANY)])
        assert seen(shares) == [None, None, None, 10]

    def test_the_same_persons_in_two_cells_count_once(self) -> None:
        shares = discreet([cell("a", 1, 2, 3), cell("b", 1, 2, 3), cell("c", *MANY)])
        assert seen(shares) == [None, None, None]
        assert shares.total == 16

    def test_the_parts_of_what_is_hidden_are_hidden(self) -> None:
        assert seen(nothing([cell("a", *MANY)])) == [None]

    def test_an_empty_row_is_zero(self) -> None:
        assert discreet([Cell("a", 0), Cell("b", 0)]).total == 0


cells = st.lists(
    st.builds(
        lambda people, extra: Cell("x", len(people) + extra if people else 0, people),
        st.frozensets(st.integers(0, 12), max_size=8),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=6,
)


@given(cells)
def test_no_subtraction_tells_what_fewer_than_five_did(found: list[Cell]) -> None:
    """Whatever cells one takes from the total, what is left is of five persons or of nobody."""
    shares = discreet(found)
    shown = [rank for rank, one in enumerate(shares.cells) if one.count is not None]
    for rank in shown:
        assert may_show(found[rank].count, found[rank].people)
    if shares.total is None:
        assert not shown
        return
    everybody = set(range(len(found)))
    for size in range(len(shown) + 1):
        for taken in combinations(shown, size):
            left = everybody - set(taken)
            people = set().union(*(found[rank].people for rank in left))
            assert not people or len(people) >= LEAST
    hidden = [rank for rank in everybody if shares.cells[rank].count is None]
    assert len(hidden) != 1
