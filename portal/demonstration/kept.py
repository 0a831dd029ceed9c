"""Fictitious listings kept aside, and a problem that somebody reported."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import User
from marketplace.choices import ListingState
from marketplace.models import Favourite, Listing, Report
from portal.demonstration.source import addresses, days, reference

KEPT = (
    ("nadia-meyer", "tv-velo-cargo"),
    ("nadia-meyer", "tv-barnum"),
    ("francoise-schneider", "tv-barnum"),
)
REPORTED = (("nadia-meyer", "tv-barnum", "gone", "La bâche de côté est déchirée depuis la foire."),)


def load_kept() -> Iterator[str]:
    """Create what is missing; yields the listings' titles."""
    emails = addresses()
    for key, listing_key in KEPT:
        listing = Listing.objects.get(ref=reference("listing", listing_key))
        user = User.objects.get(email=emails[key])
        Favourite.objects.get_or_create(user=user, listing=listing)
        yield listing.title
    for key, listing_key, reason, words in REPORTED:
        listing = Listing.objects.get(ref=reference("listing", listing_key))
        user = User.objects.get(email=emails[key])
        if listing.state == ListingState.PUBLISHED:
            Report.objects.get_or_create(
                ref=reference("report", listing_key),
                defaults={
                    "listing": listing,
                    "reported_by": user,
                    "reason": reason,
                    "words": words,
                    "at": days(-2, hour=11),
                },
            )
        yield listing.title
