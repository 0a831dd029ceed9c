"""Words by which one finds a listing: written alike, suggested from what this person may see."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from marketplace.catalogue.models import Listing, ListingTag

# What is read of the words in use, the most used first: enough to suggest and to spell alike.
KNOWN = 500
SUGGESTED = 8


def folded(word: str) -> str:
    """Return the word as one compares it: without case, accents, or doubled spaces."""
    plain = unicodedata.normalize("NFD", " ".join(word.casefold().split()))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def in_sight(user: Any, nature: str = "") -> list[str]:
    """Return the words of the listings that `user` finds in the catalogue, the most used first.

    Never a word of what is hidden from them: it would tell that it is there. One query.
    """
    listings = Listing.objects.in_catalogue_for(user)
    if nature:
        listings = listings.filter(nature=nature)
    found = (
        ListingTag.objects.filter(listings__content_object__in=listings.order_by().values("pk"))
        .annotate(used=Count("listings"))
        .order_by("-used", "name")
    )
    return list(found.values_list("name", flat=True)[:KNOWN])


def suggestions(user: Any, typed: str = "", nature: str = "") -> list[str]:
    """Return a few words that begin as `typed`, then those that hold it."""
    wanted = folded(typed)
    words = in_sight(user, nature)
    begin = [word for word in words if folded(word).startswith(wanted)]
    hold = [word for word in words if wanted in folded(word) and word not in begin]
    return [*begin, *hold][:SUGGESTED]


def tidy(words: Iterable[str], known: Iterable[str] = ()) -> list[str]:
    """Return the words in lower case, once each, spelled as those already in use."""
    spelled: dict[str, str] = {}
    for word in known:
        spelled.setdefault(folded(word), word)
    kept: dict[str, str] = {}
    for word in words:
        plain = unicodedata.normalize("NFC", " ".join(word.lower().split()))
        if plain:
            kept.setdefault(folded(plain), spelled.get(folded(plain), plain))
    return list(kept.values())
