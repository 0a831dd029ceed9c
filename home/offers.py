"""Offers on intranet pages, without knowing where offers come from.

This room does not know the marketplace: the portal registers who finds them.
"""

from __future__ import annotations

from typing import Any, Protocol

from django.http import HttpRequest

Row = dict[str, Any]


class Provider(Protocol):
    """Finds offers that the reader of the request may see, in a bounded number of queries."""

    def __call__(self, request: HttpRequest, *, words: str, near: bool, limit: int) -> list[Row]:
        """Return what `components/listing_row.html` draws, the most fitting first."""
        ...


_providers: list[Provider] = []


def register_offers(provider: Provider) -> Provider:
    """Make `provider` the one who finds offers; a decorator."""
    _providers[:] = [provider]
    return provider


def offers_for(
    request: HttpRequest, *, words: str = "", near: bool = False, limit: int = 3
) -> list[Row]:
    """Return at most `limit` offers that the reader may see, as rows of a list.

    `words`: those that speak of one of these words or phrases, separated by commas; the nearest
    first when the reader has a place. `near`: those around the reader's place, whatever they speak
    of; none when nobody knows where the reader is.
    """
    if not _providers or not (near or words.strip(" ,;")):
        return []
    return _providers[0](request, words=words, near=near, limit=limit)
