"""Answers as a spreadsheet, in which nothing that was typed can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from accounts.spreadsheets import inert
from home.calls.models import CallAnswer, CallPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767


def table(call: CallPage, answers: Iterable[CallAnswer]) -> list[list[str]]:
    """Return the lines of the spreadsheet, the headings first.

    A question that has left the call keeps its column as long as an answer speaks of it. Who
    answered without a name has an empty name, and a day like the others.
    """
    answers = list(answers)
    headings = {question.name: question.label for question in call.questions.all()}
    for answer in answers:
        for one in answer.words:
            headings.setdefault(one.question, one.label)
    rows = [["Reçue le", "Nom", "Accord de publication", "État", *headings.values()]]
    for answer in answers:
        texts = {one.question: one.text for one in answer.words}
        rows.append(
            [
                answer.answered_on.isoformat(),
                answer.author.get_full_name() if answer.author else "",
                answer.get_consent_display(),
                answer.get_state_display(),
                *(texts.get(name, "") for name in headings),
            ]
        )
    return rows


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return the lines as French spreadsheets open them: UTF-8 with its mark, semicolons."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(
        [inert(cell) for cell in row] for row in rows
    )
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Return the lines as an Excel workbook: every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Réponses")
    for number, row in enumerate(rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", text)[:LONGEST_CELL])
            # Said to be text: openpyxl takes what begins with an equal sign for a formula.
            cell.data_type = "s"
            cell.quotePrefix = True
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
