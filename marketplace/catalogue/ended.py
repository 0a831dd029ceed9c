"""The page of a listing that has left the catalogue: it says why, to whom could read it before."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.catalogue.models import Listing
from marketplace.choices import ListingState
from marketplace.words import day_words


def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Return why the listing is not there any more; raises Http404 for unknown and hidden alike.

    What was put away says nothing more of itself: only what may come back keeps its title.
    """
    listing = (
        Listing.objects.ended_for(request.user)
        .select_related("category", "commune")
        .filter(ref=ref)
        .first()
    )
    if listing is None:
        raise Http404
    for_now = listing.state == ListingState.PAUSED
    return render(
        request,
        "marketplace/listing_ended.html",
        {
            "why": why(listing),
            "like": listing if listing.state != ListingState.ARCHIVED else None,
        },
        status=404 if for_now else 410,
    )


def why(listing: Listing) -> str:
    """Return in one sentence why it is not in the catalogue."""
    if listing.state == ListingState.PAUSED:
        return f"« {listing.display_title} » est en pause : revenez dans quelque temps."
    if listing.is_published and listing.expires_at:
        day = day_words(listing.expires_at)
        return f"« {listing.display_title} » n’est plus dans le catalogue depuis le {day}."
    return "Elle a été rangée par qui en répond : ce qu’elle proposait n’est plus d’actualité."
