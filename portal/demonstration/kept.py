"""Fictitious listings kept aside, and problems reported: one waits, the other is settled."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import Notice, User
from marketplace.catalogue.moderation import moderators_of
from marketplace.choices import ListingState
from marketplace.models import Favourite, Listing, Report
from marketplace.reports.rules import report, settle
from portal.demonstration.source import addresses, days, reference

KEPT = (
    ("nadia-meyer", "tv-velo-cargo"),
    ("nadia-meyer", "tv-barnum"),
    ("francoise-schneider", "tv-barnum"),
)
# Who reported what, so many days ago; settled how, if it is.
REPORTED = (
    ("nadia-meyer", "tv-barnum", "gone", "La bâche de côté est déchirée depuis la foire.", 2, ""),
    (
        *("pierre-vial", "bd-marmites", "unsafe", "Le trépied boite, il manque un patin."),
        *(9, Report.Outcome.MENDED),
    ),
)


def load_kept() -> Iterator[str]:
    """Create what is missing; yields the listings' titles."""
    emails = addresses()
    for key, listing_key in KEPT:
        listing = Listing.objects.get(ref=reference("listing", listing_key))
        user = User.objects.get(email=emails[key])
        Favourite.objects.get_or_create(user=user, listing=listing)
        yield listing.title
    for key, listing_key, reason, words, ago, outcome in REPORTED:
        listing = Listing.objects.get(ref=reference("listing", listing_key))
        user = User.objects.get(email=emails[key])
        ref = reference("report", listing_key)
        known = Report.objects.filter(ref=ref).exists()
        if listing.state == ListingState.PUBLISHED and not known:
            made = report(listing, user, reason, words)
            Report.objects.filter(pk=made.pk).update(ref=ref, at=days(-ago, hour=11))
            # What was told as it was made leads to its lasting address.
            Notice.objects.filter(path=_desk_page(made.ref)).update(path=_desk_page(ref))
            if outcome:
                settle(made, moderators_of(listing.organisation)[0], outcome)
        yield listing.title


def _desk_page(ref: str) -> str:
    return reverse("report_settle", args=[ref])
