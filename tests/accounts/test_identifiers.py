"""SIREN, SIRET, RNA and the court's register, checked with sentences that help."""

from __future__ import annotations

import contextlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from accounts.identifiers import (
    compact,
    compact_court,
    display_siret,
    validate_rna,
    validate_siren,
    validate_siret,
)

digits = st.text("0123456789", min_size=8, max_size=8)


def siren_of(start: str) -> str:
    return start + luhn.calc_check_digit(start)


@given(digits)
def test_every_siren_with_a_right_key_is_accepted(start: str) -> None:
    validate_siren(siren_of(start))


@given(digits, st.integers(0, 8), st.integers(1, 9))
def test_one_digit_copied_wrong_is_always_seen(start: str, place: int, shift: int) -> None:
    right = siren_of(start)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    with pytest.raises(ValidationError, match="mal recopié"):
        validate_siren(wrong)


@given(st.text("0123456789", min_size=13, max_size=13).filter(lambda s: s[:9] != "356000000"))
def test_a_siret_needs_a_right_siren_and_a_right_key(start: str) -> None:
    number = siren_of(start[:8]) + start[8:12]
    validate_siret(number + luhn.calc_check_digit(number))


@given(st.text(max_size=30))
def test_whatever_is_typed_is_accepted_or_refused_but_never_breaks(text: str) -> None:
    for check in (validate_siren, validate_siret, validate_rna):
        with contextlib.suppress(ValidationError):
            check(text)


@given(digits, st.sampled_from([" ", ".", "-", "\u00a0", "\u202f"]))
def test_spaces_and_dots_do_not_matter(start: str, gap: str) -> None:
    number = siren_of(start)
    written = gap.join([number[:3], number[3:6], number[6:]])
    validate_siren(written)
    assert compact(written) == number


def test_la_poste_has_a_rule_of_its_own() -> None:
    validate_siret("356 000 000 00048")


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("W751234567", True),
        ("w 751 234 567", True),
        ("W9R1000088", True),
        ("W2A1234567", True),
        ("751234567", False),
        ("W75123456", False),
        ("X751234567", False),
        ("W75123456É", False),
        ("W751234567\n", True),
    ],
)
def test_rna(typed: str, right: bool) -> None:
    if right:
        validate_rna(typed)
        return
    with pytest.raises(ValidationError, match="commence par W"):
        validate_rna(typed)


@pytest.mark.parametrize(
    "typed",
    ["Metz", "metz", "TJ Metz", "Tribunal judiciaire de Metz", "tribunal d’instance de Metz"],
)
def test_a_court_is_known_by_its_town(typed: str) -> None:
    assert compact_court(typed) == "Tribunal judiciaire de Metz"


def test_a_siret_is_written_in_groups() -> None:
    assert display_siret("35600000000048").replace("\u00a0", " ") == "356 000 000 00048"
