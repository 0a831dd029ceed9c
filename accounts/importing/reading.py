"""From the bytes of a file to lines of cells: encoding, separator, headings.

People send what their spreadsheet gives: UTF-8 with or without a mark, Windows-1252, sometimes
UTF-16; commas, semicolons or tabs. What cannot be read is said with how to save it again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.importing.columns import COLUMNS, REQUIRED, Column, column_named
from accounts.words import clean

MAX_BYTES = 3 * 1024 * 1024
MAX_LINES = 20_000
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SEPARATORS = (";", ",", "\t")
SAVE_AS = "Dans le tableur : Fichier, Enregistrer sous, « CSV UTF-8 »."
# UTF-8 read as Windows-1252 and saved again: « Ã© » where one typed « é ».
SPOILT = re.compile(f"Ã[{re.escape(bytes(range(0x80, 0xC0)).decode('cp1252', 'ignore'))}]|\ufffd")


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says how to mend it."""


@dataclass(frozen=True)
class Line:
    """One line of the file: its number as the spreadsheet shows it, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    ignored: tuple[str, ...] = ()


def text_of(content: bytes) -> str:
    """Return the text of a file. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            f"Ce fichier dépasse {MAX_BYTES // 1024 // 1024} Mo. Gardez les colonnes utiles, ou "
            "coupez-le en plusieurs fichiers."
        )
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise Unreadable(f"C’est un classeur, pas un fichier CSV. {SAVE_AS}")
    if b"\x00" in content and not content.startswith(UTF16):
        raise Unreadable(f"Ce fichier n’est pas du texte. {SAVE_AS}")
    text = _decoded(content)
    if SPOILT.search(text):
        raise Unreadable(
            "Les accents de ce fichier ont été abîmés avant d’arriver ici (« Ã© » au lieu "
            f"de « é »). Repartez du fichier d’origine. {SAVE_AS}"
        )
    if not text.strip():
        raise Unreadable("Ce fichier est vide.")
    return text


def _decoded(content: bytes) -> str:
    if content.startswith(UTF16):
        tries = ["utf-16"]
    else:
        tries = ["utf-8-sig", "cp1252"]
    for encoding in tries:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"Nous n’arrivons pas à lire les accents de ce fichier. {SAVE_AS}")


def table_of(
    text: str,
    columns: Mapping[str, Column] = COLUMNS,
    required: Sequence[str] = REQUIRED,
    most_lines: int = MAX_LINES,
) -> Table:
    """Return the lines under the headings, empty ones left out. Raises Unreadable.

    `columns` are those that one may write, people's by default; `required` the keys of those that
    the first line must name.
    """
    separator = _separator(text, columns)
    rows = _rows(text, separator)
    headings = next(rows, (0, []))[1]
    known: dict[int, str] = {}
    ignored = []
    for place, heading in enumerate(headings):
        column = column_named(heading, columns)
        if column is None:
            if heading.strip():
                ignored.append(clean(heading, 60))
        elif column in known.values():
            raise Unreadable(f"Deux colonnes disent « {columns[column].label} » : gardez-en une.")
        else:
            known[place] = column
    missing = [columns[key].label for key in required if key not in known.values()]
    if missing:
        raise Unreadable(
            "La première ligne doit nommer les colonnes. Il manque : "
            f"{', '.join(missing)}. Le modèle à télécharger les a toutes."
        )
    lines: list[Line] = []
    for number, row in rows:
        cells = {known[place]: cell for place, cell in enumerate(row) if place in known}
        if not any(cell.strip() for cell in row):
            continue
        if len(lines) >= most_lines:
            raise Unreadable(f"Ce fichier dépasse {most_lines} lignes : coupez-le en plusieurs.")
        lines.append(Line(number, cells))
    if not lines:
        raise Unreadable("Ce fichier n’a que des titres de colonnes : ajoutez des lignes.")
    return Table(tuple(known.values()), tuple(lines), tuple(ignored))


def _separator(text: str, columns: Mapping[str, Column]) -> str:
    """Return the separator under which the first line names the most columns that we know."""
    first = text.lstrip("\ufeff\r\n").splitlines()[0] if text.strip() else ""

    def score(separator: str) -> int:
        return sum(column_named(cell, columns) is not None for cell in first.split(separator))

    return max(SEPARATORS, key=score)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the line where it begins, cells). Raises Unreadable."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
    before = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                f"La ligne {before + 1} ne se lit pas : vérifiez qu’un guillemet ouvert est "
                "refermé, et qu’aucune case ne dépasse quelques lignes."
            ) from error
        yield before + 1, row
        before = reader.line_num
