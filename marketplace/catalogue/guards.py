"""What may not be published, and the way out that we propose. One sentence a refusal.

Sources: CG3P L3212-2, L3212-3 and D3212-3-1 for gifts of movable goods (300 € a unit at most for
local authorities, décret 2022-791). To be confirmed by a jurist; the legal room will hold these
as data with their dates.
"""

from __future__ import annotations

from decimal import Decimal

from marketplace.catalogue.models import Listing
from marketplace.choices import (
    TRANSFERS_OF_NATURE,
    Access,
    Direction,
    Nature,
    Scope,
    Transfer,
)

GIFT_UNIT_CAP = Decimal("300")

# What an association may offer to the members: things and places, never a gift nor its people.
ASSOCIATION_OFFERS = {
    (Nature.EQUIPMENT, Transfer.LOAN),
    (Nature.PREMISES, Transfer.HOSTING),
    (Nature.PREMISES, Transfer.LOAN),
}
# An association has no partners of its own: who verified it and their partners are all members.
ASSOCIATION_SCOPES = (Scope.VERIFIED, Scope.PUBLIC)

GIFT_TOO_DEAR = (
    "Un don est limité à 300 € l’exemplaire. Vous pouvez prêter ce bien, "
    "ou passer par une cession payante ou une délibération de votre assemblée."
)
GIFT_WITHOUT_VALUE = (
    "Indiquez la valeur d’un exemplaire : la loi limite les dons à 300 € l’exemplaire."
)
ASSOCIATION_OFFER = (
    "Une association publie des besoins, et peut proposer du matériel en prêt ou un lieu."
)
ASSOCIATION_SCOPE = (
    "L’annonce d’une association s’adresse à tous les membres vérifiés, ou à tout le monde."
)


def gift_value_refusal(value: Decimal | None) -> str:
    """Return why a public body may not give at this unit value (euros), or an empty text."""
    if value is None:
        return GIFT_WITHOUT_VALUE
    return GIFT_TOO_DEAR if value > GIFT_UNIT_CAP else ""


def refusals(listing: Listing) -> list[str]:
    """Return every reason for which this listing may not be published, in French."""
    found = []
    nature, transfer = Nature(listing.nature), Transfer(listing.transfer)
    if transfer not in TRANSFERS_OF_NATURE[nature]:
        found.append(
            f"Pour cette nature ({nature.label}), « {transfer.label} » ne convient pas : "
            "revenez à la première étape et choisissez autre chose."
        )
    association = listing.organisation.is_association
    is_offer = listing.direction == Direction.OFFER
    if association and is_offer and (nature, transfer) not in ASSOCIATION_OFFERS:
        found.append(ASSOCIATION_OFFER)
    if association and listing.scope not in ASSOCIATION_SCOPES:
        found.append(ASSOCIATION_SCOPE)
    if is_offer and transfer == Transfer.GIFT and not association:
        terms = getattr(listing, "gift_terms", None)
        if refusal := gift_value_refusal(terms.unit_value if terms else None):
            found.append(refusal)
    return found


def missing(listing: Listing) -> list[tuple[int, str]]:
    """Return what is still to be said before publishing: (step, French sentence)."""
    found = []
    if not listing.title.strip():
        found.append((2, "Donnez un titre à l’annonce."))
    if not listing.summary.strip():
        found.append((2, "Dites en une phrase de quoi il s’agit."))
    if listing.category_id is None:
        found.append((2, "Choisissez une rubrique."))
    if listing.commune_id is None and not listing.remote:
        found.append(
            (3, "Dites dans quelle commune cela se passe, ou que c’est possible à distance.")
        )
    return found


def default_access(nature: str, transfer: str) -> str:
    """Return how one comes to it: people meet before any form, things are asked for."""
    of_people = transfer == Transfer.TIME or nature == Nature.MISSION
    return Access.MEET_FIRST if of_people else Access.ON_REQUEST


def default_scope(association: bool) -> str:
    return Scope.VERIFIED if association else Scope.PARTNERS


def needs_moderation(listing: Listing) -> bool:
    """Return whether someone reads it before it is online: only what everybody may see."""
    return listing.scope == Scope.PUBLIC
