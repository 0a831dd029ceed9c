"""Renewing, from the link of the reminder: a GET shows, a POST does it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from marketplace.catalogue import lasting, presentation
from marketplace.catalogue.models import Listing
from marketplace.catalogue.writing import step_url
from marketplace.refusals import Refused
from marketplace.words import day_words


@login_required
def renew(request: HttpRequest, ref: str) -> HttpResponse:
    """Show until when it is in the catalogue, and keep it there for another year."""
    kept = Listing.objects.kept_by(request.user).select_related("organisation")
    listing = get_object_or_404(kept, ref=ref)
    if request.method == "POST":
        try:
            done = lasting.renew(listing, request.user)  # type: ignore[arg-type]  # signed in
        except Refused as no:
            messages.error(request, str(no))
            return redirect("listing_renew", ref=ref)
        until = day_words(done.expires_at) if done.expires_at else ""
        messages.success(request, f"L’annonce reste en ligne jusqu’au {until}.")
        return redirect(done)
    refusal = lasting.why_not_renew(request.user, listing)
    return render(
        request,
        "marketplace/renew.html",
        {
            "listing": listing,
            "state": presentation.state_words(listing),
            "ends": day_words(listing.expires_at) if listing.expires_at else "",
            "is_over": listing.is_published and listing.is_expired,
            "is_due": lasting.may_be_renewed(listing),
            "until": day_words(lasting.renewed_until()),
            "moves_dates": listing.available_until is not None,
            "refusal": refusal,
            "edit_url": step_url(listing, 3),
        },
    )
