"""What each line of a table says: a person, a department, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.importing.columns import COLUMNS, REQUIRED, Fault, read_cell
from accounts.importing.reading import Table
from accounts.words import clean

Path = tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """One line about a person, read. Empty means: leave as it is."""

    number: int
    email: str
    first_name: str
    last_name: str
    path: Path = ()
    job_title: str = ""
    manages: bool | None = None
    managed_by: str = ""
    final_day: date | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Problem:
    """A faulty cell, as the page shows it."""

    line: int
    column: str
    value: str
    why: str


@dataclass
class Read:
    """What a table says: people, the departments it names, and its faulty cells."""

    people: list[Person] = field(default_factory=list)
    # Each with its line; an empty first name is the very top.
    paths: list[tuple[int, Path]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(table: Table) -> Read:
    """Return what the lines of the table say, each faulty cell with its reason."""
    found = Read()
    first_seen: dict[str, int] = {}
    for line in table.lines:
        values: dict[str, Any] = {}
        faulty = False
        for key, raw in line.cells.items():
            try:
                values[key] = read_cell(key, raw)
            except Fault as fault:
                found.problems.append(problem(line.number, key, raw, str(fault)))
                faulty = True
        if values.get("path"):
            found.paths.append((line.number, values["path"]))
        about_nobody = not any(values.get(key) for key in values if key != "path")
        if faulty or (about_nobody and values.get("path")):
            continue
        why = _missing(values)
        if why:
            found.problems.append(problem(line.number, why[0], "", why[1]))
            continue
        email = values["email"]
        if email in first_seen:
            twice = f"Cette adresse est déjà à la ligne {first_seen[email]} : gardez-en une."
            found.problems.append(problem(line.number, "email", email, twice))
            continue
        first_seen[email] = line.number
        found.people.append(
            Person(
                line.number, **{key: value for key, value in values.items() if value is not None}
            )
        )
    return found


def _missing(values: dict[str, Any]) -> tuple[str, str] | None:
    for key in REQUIRED:
        if not values.get(key):
            return key, f"Il manque : {COLUMNS[key].label.lower()}."
    if values.get("manages") is not None and not values.get("path"):
        return "path", "Dites quel service cette personne encadre, ou n’encadre plus."
    if values.get("managed_by") and not values.get("path"):
        return (
            "path",
            "Dites dans quel service est cette personne, puisque vous dites qui l’encadre.",
        )
    return None


def problem(number: int, key: str, value: str, why: str) -> Problem:
    """Return what is wrong in the cell of that line and column."""
    return Problem(number, COLUMNS[key].label, clean(value, 80), why)
