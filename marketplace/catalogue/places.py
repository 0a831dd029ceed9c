"""Where a listing is, and how far from the reader's own organisation."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from accounts.places.distance import distance_km
from marketplace.catalogue.belonging import organisations_of
from marketplace.catalogue.models import Listing

Point = tuple[float, float]


def point_of(place: Any) -> Point | None:
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return (place.latitude, place.longitude)


def point_of_listing(listing: Listing) -> Point | None:
    """Return the listing's own point, else its commune's, else none."""
    return point_of(listing) or point_of(listing.commune)


def home_of(user: Any, collectivite: Organisation | None) -> Point | None:
    """Return where the reader comes from: the commune they chose, their first organisation's
    place, else the site's."""
    if getattr(user, "workplace_id", None) and (chosen := point_of(user.workplace)):
        return chosen
    own = next(iter(organisations_of(user)), collectivite)
    return point_of(own) or point_of(own.commune) if own is not None else None


def distance_words(kilometres: float) -> str:
    """Return «à 1,2 km», rounded the more the farther it is."""
    if kilometres < 0.5:
        return "tout près"
    if kilometres < 5:
        return f"à {kilometres:.1f} km".replace(".", ",").replace(",0", "")
    return f"à {round(kilometres)} km"


def distance_from(home: Point | None, listing: Listing) -> str:
    there = point_of_listing(listing)
    if home is None or there is None:
        return ""
    return distance_words(distance_km(*home, *there))
