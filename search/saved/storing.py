"""A query of the catalogue as plain values, and back: nothing is looked up, nothing left aside."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from search.query import CatalogueQuery, Place

DAYS = ("date_from", "date_to")
LISTS = ("directions", "natures", "transfers", "categories", "tags", "organisations")


def pack(query: CatalogueQuery) -> dict[str, Any]:
    """Return the query as values for JSON, empty ones left out, without its page nor its order."""
    packed: dict[str, Any] = {"text": query.text, "distance": query.distance}
    packed |= {name: [str(value) for value in getattr(query, name)] for name in LISTS}
    if query.commune:
        place = query.commune
        packed["commune"] = [place.code, place.name, place.label, place.latitude, place.longitude]
    for name in DAYS:
        day: date | None = getattr(query, name)
        packed[name] = day.isoformat() if day else None
    return {name: value for name, value in packed.items() if value}


def unpack(packed: dict[str, Any]) -> CatalogueQuery:
    """Return the query that was packed."""
    place = packed.get("commune")
    values: dict[str, Any] = {name: tuple(packed.get(name, ())) for name in LISTS}
    for name in DAYS:
        values[name] = date.fromisoformat(packed[name]) if packed.get(name) else None
    return CatalogueQuery(
        text=packed.get("text", ""),
        commune=Place(*place) if place else None,
        distance=packed.get("distance"),
        **values,
    )


def signature_of(query: CatalogueQuery) -> str:
    """Return what is the same for two queries that ask for the same things, in whatever order."""
    packed = pack(query)
    packed |= {name: sorted(packed[name]) for name in LISTS if name in packed}
    packed["text"] = " ".join(packed.get("text", "").casefold().split())
    text = json.dumps(packed, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
