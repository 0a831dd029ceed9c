"""What one reads of the terms of a loan, of the use of a place and of a gift."""

from __future__ import annotations

from typing import Any

from accounts.words import of_name
from marketplace.catalogue.models import Listing
from marketplace.choices import Transfer
from marketplace.words import euros, figures

# Code civil, art. 1880 ff., and Cass. 1re civ., 20 May 2020, n° 19-10.559 for shared use.
EXCLUSIVE = (
    "usage exclusif : l’emprunteur seul s’en sert, et répond de la perte et des dégâts, sauf s’il "
    "prouve qu’il n’y est pour rien"
)
SHARED = (
    "usage partagé : vous et nous nous en servons pendant le prêt ; ce n’est pas à l’emprunteur de "
    "prouver qu’il n’y est pour rien"
)


def loan_facts(listing: Listing, terms: Any) -> list[tuple[str, str]]:
    """Return the rows to decide on, in the order in which one wonders; empty ones are left out."""
    is_loan = listing.transfer == Transfer.LOAN
    use = (EXCLUSIVE if terms.exclusive_use else SHARED) if is_loan else ""
    return [
        ("À prévoir", terms.to_plan),
        ("Qui s’en sert", use),
        ("Assurance", _insurance(listing, terms)),
        ("Caution", euros(terms.deposit) if terms.deposit else _no_deposit(terms)),
        (
            "Valeur de remplacement",
            euros(terms.replacement_value) if terms.replacement_value else "",
        ),
        ("Permis", f"{terms.licence}, montré au départ" if terms.licence else ""),
        ("Carburant ou recharge", terms.fuel),
        ("Ménage et nettoyage", terms.cleaning),
        ("Conditions", terms.conditions),
    ]


def _no_deposit(terms: Any) -> str:
    return "aucune" if terms.deposit is not None else ""


def _insurance(listing: Listing, terms: Any) -> str:
    if not terms.insurance_required:
        return ""
    name = of_name(listing.organisation.short_name)
    return (
        "attestation de responsabilité civile, valable jusqu’à la fin ; rien à fournir au sein "
        f"{name}"
    )


def gift_facts(listing: Listing, terms: Any) -> list[tuple[str, str]]:
    """Return the value of one, of all, and who may have it."""
    if terms.unit_value is None:
        value = ""
    elif listing.quantity > 1:
        whole = euros(terms.unit_value * listing.quantity)
        value = (
            f"{euros(terms.unit_value)} l’exemplaire, {whole} pour les {figures(listing.quantity)}"
        )
    else:
        value = f"{euros(terms.unit_value)} l’exemplaire"
    return [("Valeur", value), ("Qui peut recevoir", terms.recipients)]
