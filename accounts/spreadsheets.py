"""What we write for spreadsheets: nothing that somebody typed may act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

# What a spreadsheet may take for the beginning of a formula, full-width signs included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A spreadsheet may skip these before it looks at the first sign.
SKIPPED = " \u00a0\u202f\u200b\ufeff"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
# What a spreadsheet accepts as the name of a sheet.
LONGEST_TITLE = 31
NOT_IN_TITLES = str.maketrans("[]:*?/\\'", "        ")

Rows = Iterable[Sequence[Any]]


def inert(text: str) -> str:
    """Return the text, with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.lstrip(SKIPPED).startswith(FORMULA_STARTS) else text


def as_csv(rows: Rows) -> bytes:
    """Return the rows as French spreadsheets open them: UTF-8 with its mark, semicolons.

    Cells may be text, numbers (a comma before the decimals), days, moments (local) or None.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_in_csv(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Rows, title: str = "Feuille") -> bytes:
    """Return the rows, headings first, as an Excel workbook of one sheet.

    Numbers, days and moments (local) stay what they are; all else is text, never a formula.
    """
    return workbook([(title, rows)])


def workbook(sheets: Iterable[tuple[str, Rows]]) -> bytes:
    """Return an Excel workbook of several sheets, each a title and its rows, headings first."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title.translate(NOT_IN_TITLES).strip()[:LONGEST_TITLE])
        for number, row in enumerate(rows):
            sheet.append([_in_xlsx(sheet, cell, bold=number == 0) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Return the answer that saves a file under `name`, kept by no cache."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def table_response(rows: Rows, name: str, file_format: str, title: str = "Feuille") -> HttpResponse:
    """Return the rows as a file to save: `name` without its extension, format «csv» or «xlsx».

    Raises KeyError for another format.
    """
    content_type = {"csv": CSV, "xlsx": XLSX}[file_format]
    content = as_csv(rows) if file_format == "csv" else as_xlsx(rows, title)
    return download(content, f"{name}.{file_format}", content_type)


def _in_csv(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, int | float | Decimal):
        return str(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return f"{_local(cell):%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return inert(str(cell))


def _in_xlsx(sheet: Any, value: Any, *, bold: bool) -> Any:
    if isinstance(value, bool):
        value = "oui" if value else "non"
    if isinstance(value, datetime):
        value = _local(value).replace(tzinfo=None)  # Excel knows no time zones
    if value is None or isinstance(value, int | float | Decimal | date):
        cell = WriteOnlyCell(sheet, value)
    else:
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", str(value))[:LONGEST_CELL])
        # Said to be text: openpyxl takes what begins with an equal sign for a formula.
        cell.data_type = "s"
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
