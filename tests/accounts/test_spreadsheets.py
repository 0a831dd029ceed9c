"""What a spreadsheet opens never computes what somebody typed, whichever table of ours it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.personal_data import archive
from accounts.spreadsheets import inert
from home.calls import export
from home.events import participants

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u202f=1",
    "\ufeff=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
]


def answers(text: str) -> bytes:
    return export.as_csv([[text]])


def coming(text: str) -> bytes:
    one = participants.Participant(1, text, "", "", True, datetime(2026, 1, 1, tzinfo=UTC))
    return participants.as_csv([one])


def own_data(text: str) -> bytes:
    return archive.as_csv([{"mot": text}])


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_shown_and_not_computed(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Zoé", "a=b", "12", "d’accord - merci"])
def test_the_rest_stays_as_it_was(text):
    assert inert(text) == text


@pytest.mark.parametrize("table", [answers, coming, own_data])
@pytest.mark.parametrize("text", FORMULAS)
def test_every_table_has_the_same_guard(table, text):
    assert f"'{text}" in table(text).decode("utf-8-sig")
