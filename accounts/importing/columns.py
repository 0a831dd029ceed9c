"""The columns of a file of people: how they are called, and what each cell may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.days import FIRST_YEAR, LAST_YEAR
from accounts.organisations.tree import MOST_LEVELS
from accounts.words import clean, fold

YES, NO = ("oui", "o", "x", "1", "vrai"), ("non", "n", "0", "faux")
# A spreadsheet would compute a cell that begins like this, here or in whoever opens an export.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
EXAMPLE = "exemple.fr"
DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")


class Fault(Exception):
    """What is wrong in a cell, and how to mend it."""


@dataclass(frozen=True)
class Column:
    label: str
    names: tuple[str, ...]  # folded
    read: Callable[[str], Any]


def short(limit: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > limit:
            raise Fault(f"C’est trop long : {limit} caractères au plus.")
        return cell

    return read


def email(cell: str) -> str:
    address = cell.lower().removeprefix("mailto:")
    try:
        validate_email(address)
    except ValidationError:
        raise Fault(
            "Ce n’est pas une adresse complète : elle ressemble à prenom.nom@ville.fr."
        ) from None
    if len(address) > 254:
        raise Fault("C’est trop long pour une adresse.")
    if address.endswith(f"@{EXAMPLE}"):
        raise Fault("C’est une adresse d’exemple : retirez cette ligne du modèle.")
    return address


def _path(cell: str) -> tuple[str, ...]:
    """Return the names from the top; the first is empty when the cell begins at the very top."""
    names = tuple(part for part in (clean(one) for one in cell.split(">")) if part)
    if not names:
        raise Fault("Écrivez le service, comme « Direction technique > Voirie ».")
    if len(names) > MOST_LEVELS:
        raise Fault(f"Un organigramme a {MOST_LEVELS} niveaux au plus.")
    for name in names:
        if len(name) > 120:
            raise Fault("Le nom d’un service a 120 caractères au plus.")
        if name.startswith(FORMULA):
            raise Fault(f"« {name} » commence comme une formule : retirez son premier signe.")
    if len({fold(name) for name in names}) < len(names):
        raise Fault("Ce service tourne en rond : le même nom y est deux fois.")
    return ("", *names) if cell.startswith(">") else names


def _yes_or_no(cell: str) -> bool:
    word = fold(cell)
    if word in YES:
        return True
    if word in NO:
        return False
    if "@" in word:
        raise Fault(
            "N’écrivez pas d’adresse ici : mettez-la dans une colonne « Adresse de qui encadre », "
            "ou écrivez « oui » sur la ligne de qui encadre le service."
        )
    raise Fault("Écrivez « oui », « non », ou laissez vide pour ne rien changer.")


def _day(cell: str) -> date:
    for pattern in DATES:
        try:
            # A day of the calendar, without an hour: it has no time zone.
            day = datetime.strptime(cell.split(" ")[0], pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        raise Fault(f"Vérifiez l’année : elle va de {FIRST_YEAR} à {LAST_YEAR}.")
    raise Fault("Écrivez la date comme 31/12/2026.")


COLUMNS = {
    "email": Column(
        "Adresse électronique",
        (
            "adresse electronique",
            "email",
            "e-mail",
            "mail",
            "courriel",
            "adresse mail",
            "adresse e-mail",
            "adresse email",
        ),
        email,
    ),
    "first_name": Column("Prénom", ("prenom", "prenoms", "first name"), short(150)),
    "last_name": Column(
        "Nom", ("nom", "nom de famille", "nom usuel", "nom d'usage", "last name"), short(150)
    ),
    "path": Column(
        "Service", ("service", "affectation", "direction", "direction > service"), _path
    ),
    "job_title": Column(
        "Métier", ("metier", "fonction", "poste", "emploi", "intitule du poste"), short(120)
    ),
    "manages": Column(
        "Encadrement", ("encadrement", "encadre", "encadrant", "manager"), _yes_or_no
    ),
    "managed_by": Column(
        "Adresse de qui encadre",
        (
            "adresse de qui encadre",
            "adresse de l'encadrant",
            "adresse de l'encadrante",
            "adresse du responsable",
            "adresse du manager",
            "adresse n+1",
            "courriel du responsable",
            "courriel de l'encadrant",
            "e-mail du responsable",
            "email du responsable",
            "mail du responsable",
            "email du manager",
            "n+1",
            "responsable",
            "responsable hierarchique",
            "superieur hierarchique",
        ),
        email,
    ),
    "final_day": Column(
        "Dernier jour", ("dernier jour", "fin", "date de fin", "depart", "date de depart"), _day
    ),
}
REQUIRED = ("email", "first_name", "last_name")


def column_named(heading: str, columns: Mapping[str, Column] = COLUMNS) -> str | None:
    """Return the key of the column that a heading names, or None."""
    wanted = fold(clean(heading, 60)).replace("’", "'").strip(" *:")
    return next((key for key, column in columns.items() if wanted in column.names), None)


def read_cell(key: str, raw: str, columns: Mapping[str, Column] = COLUMNS) -> Any:
    """Return what the cell says, None when it is empty. Raises Fault."""
    cell = clean(raw)
    if not cell:
        return None
    if raw.startswith(FORMULA) or cell.startswith(FORMULA):
        raise Fault(
            f"Cette case commence par « {cell[0]} » : un tableur y lirait une formule. "
            "Retirez ce signe."
        )
    return columns[key].read(cell)
