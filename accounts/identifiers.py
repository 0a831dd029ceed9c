"""SIREN, SIRET and RNA: checked with messages that say how to mend them.

Sources: INSEE for SIREN and SIRET (Luhn; La Poste's establishments have their own rule, which
python-stdnum knows); the répertoire national des associations for RNA, whose third character is a
letter overseas and in Corsica (W9R1000088).
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

RNA = re.compile(r"^W\d[0-9A-Z]\d{7}$")
_COURT_WORDS = re.compile(
    r"^(?:le\s+)?(?:tribunal|tj|ti)\b"
    r"(?:\s+(?:judiciaire|d[’']instance|de\s+proximité|de\s+grande\s+instance))?"
    r"\s*(?:de\s+|d[’'])?",
    re.IGNORECASE,
)
# Departments whose associations are in a court's register (local law of Alsace-Moselle).
REGISTER_DEPARTMENTS = ("57", "67", "68")


def compact(value: str) -> str:
    """Return the identifier without spaces, dots or hyphens, in capitals."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", value or "").upper()


def compact_court(value: str) -> str:
    """Return a court's name as it is compared and kept: «Tribunal judiciaire de Metz» for «metz».

    Only the town is compared: the courts changed their names in 2020 (tribunaux d'instance), the
    registers did not move.
    """
    words = " ".join((value or "").replace("\u00a0", " ").split())
    town = _COURT_WORDS.sub("", words)
    return f"Tribunal judiciaire de {town[:1].upper()}{town[1:]}" if town else ""


def _check_digits(value: str, length: int, name: str) -> None:
    if not value.isascii() or not value.isdigit():
        raise ValidationError(f"Un {name} ne contient que des chiffres.", code="not_digits")
    if len(value) != length:
        raise ValidationError(
            f"Un {name} compte {length} chiffres ; celui-ci en a {len(value)}.", code="length"
        )


def validate_siren(value: str) -> None:
    """Raise ValidationError unless `value` is a SIREN of nine digits with a right key."""
    value = compact(value)
    _check_digits(value, 9, "SIREN")
    try:
        stdnum_siren.validate(value)
    except NumberError:
        raise ValidationError(
            "Ce SIREN n’est pas juste : un chiffre est sans doute mal recopié.", code="checksum"
        ) from None


def validate_siret(value: str) -> None:
    """Raise ValidationError unless `value` is a SIRET of fourteen digits with a right key."""
    value = compact(value)
    _check_digits(value, 14, "SIRET")
    try:
        stdnum_siret.validate(value)
    except NumberError:
        raise ValidationError(
            "Ce SIRET n’est pas juste : un chiffre est sans doute mal recopié.", code="checksum"
        ) from None


def validate_rna(value: str) -> None:
    """Raise ValidationError unless `value` has the form of an RNA number."""
    if not RNA.match(compact(value)):
        raise ValidationError(
            "Un numéro RNA compte 10 caractères et commence par W, comme W751234567.",
            code="format",
        )


def display_siret(value: str) -> str:
    """Return a SIRET as it is written: 356 000 000 00048, with no-break spaces."""
    if len(value) != 14:
        return value
    return "\u00a0".join([value[0:3], value[3:6], value[6:9], value[9:14]])
