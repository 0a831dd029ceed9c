"""What one looks at when a thing leaves and when it comes back, by kind of thing."""

from __future__ import annotations

from marketplace.catalogue.models import Listing
from marketplace.choices import Nature
from marketplace.exchanges.models import Exchange

LEAVING: dict[str, tuple[str, ...]] = {
    Nature.EQUIPMENT: (
        "Tout est là, accessoires compris",
        "Cela fonctionne",
        "Le mode d’emploi est compris",
    ),
    Nature.VEHICLE: (
        "Freins et pneus vérifiés",
        "Éclairage vérifié",
        "Clés, antivol ou papiers remis",
    ),
    Nature.PREMISES: ("Clés ou badge remis", "Consignes de fermeture comprises"),
    Nature.DESK: ("Badge ou code remis",),
}
RETURN: dict[str, tuple[str, ...]] = {
    Nature.EQUIPMENT: ("Tout est là, accessoires compris", "Propre et sec"),
    Nature.VEHICLE: ("Clés, antivol ou papiers rendus", "Garé à sa place", "Rien d’oublié dedans"),
    Nature.PREMISES: ("Clés ou badge rendus", "Rangé et propre", "Lumières éteintes, tout fermé"),
    Nature.DESK: ("Place rangée",),
}
# What is pedalled, pulled or pushed has neither meter nor tank: nothing to note.
WITHOUT_METER = ("vélo", "vtt", "vtc", "tandem", "trottinette", "remorque", "charrette", "diable")


def lines(listing: Listing, moment: str) -> tuple[str, ...]:
    """Return the lines of the list for this thing at this moment; empty where none is needed."""
    return (LEAVING if moment == "leaving" else RETURN).get(listing.nature, ())


def has_meter(exchange: Exchange) -> bool:
    """Return whether kilometres and fuel may be noted: of vehicles, unless their name says no."""
    title = exchange.listing.display_title.lower()
    named = any(word in title for word in WITHOUT_METER)
    return exchange.listing.nature == Nature.VEHICLE and (wants_licence(exchange) or not named)


def licence_of(exchange: Exchange) -> str:
    """Return the licence that what is lent asks for, as it says it: «permis B»; empty for none."""
    terms = getattr(exchange.terms_from, "loan_terms", None)
    return terms.licence if terms else ""


def wants_licence(exchange: Exchange) -> bool:
    """Return whether who takes it says that their driving licence is valid."""
    return bool(licence_of(exchange))
