"""What a spreadsheet opens never computes what somebody typed, whichever table of ours it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.personal_data import archive
from accounts.spreadsheets import as_csv, as_xlsx, inert
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


def any_rows(text: str) -> bytes:
    return as_csv([[text]])


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


@pytest.mark.parametrize("table", [any_rows, coming, own_data])
@pytest.mark.parametrize("text", FORMULAS)
def test_every_table_has_the_same_guard(table, text):
    assert f"'{text}" in table(text).decode("utf-8-sig")


MOMENT = datetime(2026, 6, 1, 7, tzinfo=UTC)
KINDS = ["=1+1", 3, Decimal("2.5"), date(2026, 6, 1), MOMENT, None, True]


def test_numbers_days_and_moments_are_written_as_french_spreadsheets_read_them():
    line = as_csv([KINDS]).decode("utf-8-sig").strip()
    assert line == "'=1+1;3;2,5;01/06/2026;01/06/2026 09:00;;oui"


def test_a_workbook_keeps_numbers_and_days_and_no_formula():
    sheet = load_workbook(BytesIO(as_xlsx([["Titre"] * 7, KINDS], "Prêts / dons"))).active
    text, number, decimal, day, moment, nothing, yes = sheet[2]
    assert (text.value, text.data_type) == ("=1+1", "s")
    assert (number.value, decimal.value, nothing.value, yes.value) == (3, 2.5, None, "oui")
    assert day.value.date() == date(2026, 6, 1)
    assert f"{moment.value:%H:%M}" == "09:00"
    assert sheet.title == "Prêts   dons"
