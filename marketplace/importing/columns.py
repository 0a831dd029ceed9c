"""The columns of a file of things: how they are called, and what each cell may say."""

from __future__ import annotations

from accounts.importing.columns import Column, Fault, email, short
from accounts.words import clean, fold
from marketplace.booking.models import Unit
from marketplace.choices import Nature

MOST_LINES = 2_000
MOST = 100_000
NATURES = {
    Nature.EQUIPMENT: ("materiel", "equipement", "objet"),
    Nature.VEHICLE: ("vehicule", "velo", "voiture"),
    Nature.PREMISES: ("local", "salle", "lieu"),
    Nature.DESK: ("bureau", "bureau volant", "bureau de passage"),
}
CONDITIONS = {
    Unit.Condition.GOOD: ("bon", "bon etat", "neuf"),
    Unit.Condition.WORN: ("use", "use, mais sur", "moyen"),
    Unit.Condition.BROKEN: ("a reparer", "casse", "en panne", "hors service"),
}


def _code(cell: str) -> str:
    found = clean(cell, 60)
    if len(found) > 40:
        raise Fault("C’est trop long : 40 caractères au plus.")
    return found.upper()


def _nature(cell: str) -> str:
    wanted = fold(cell)
    for nature, names in NATURES.items():
        if wanted in names:
            return nature.value
    raise Fault("Écrivez « matériel », « véhicule », « salle » ou « bureau ».")


def _condition(cell: str) -> str:
    wanted = fold(cell)
    for condition, names in CONDITIONS.items():
        if wanted in names:
            return condition.value
    raise Fault("Écrivez « bon », « usé » ou « à réparer ».")


def _number(cell: str) -> int:
    digits = cell.replace(" ", "").replace("\u202f", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit():
        raise Fault("Écrivez un nombre entier, comme 80.")
    if not 1 <= int(digits[:9]) <= MOST:
        raise Fault(f"Écrivez un nombre de 1 à {MOST}.")
    return int(digits[:9])


COLUMNS = {
    "code": Column("Code", ("code", "reference", "numero", "inventaire", "code inventaire"), _code),
    "name": Column("Nom", ("nom", "designation", "libelle", "intitule"), short(120)),
    "nature": Column("Nature", ("nature", "type", "categorie"), _nature),
    "quantity": Column("Quantité", ("quantite", "nombre", "qte"), _number),
    "unit": Column("Exemplaire", ("exemplaire", "unite", "nom de l'exemplaire"), short(60)),
    "condition": Column("État", ("etat", "condition"), _condition),
    "place": Column("Lieu", ("lieu", "site", "emplacement", "adresse", "depot"), short(120)),
    "department": Column("Service", ("service", "direction", "affectation"), short(120)),
    "keeper": Column(
        "Adresse de qui en répond",
        ("adresse de qui en repond", "responsable", "email", "adresse electronique", "courriel"),
        email,
    ),
}
REQUIRED = ("code", "name")
EXAMPLES = (
    ("BAR-01", "Barnum 3 × 6 m", "matériel", "4", "", "", "Dépôt de la Gare", "", ""),
    (
        "VEL-01",
        "Vélo-cargo",
        "véhicule",
        "",
        "Vélo 1, le vert",
        "bon",
        "2 place de la Gare",
        "",
        "",
    ),
    ("VEL-01", "Vélo-cargo", "véhicule", "", "Vélo 2, le rouge", "à réparer", "", "", ""),
    ("SAL-12", "Salle des cartes", "salle", "", "", "", "Mairie annexe", "", ""),
)
