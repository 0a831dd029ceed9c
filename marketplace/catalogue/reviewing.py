"""Moderation: a listing read as its readers will see it, then put online, returned or taken off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from marketplace import rights
from marketplace.catalogue import contacts, photos, presentation, rules
from marketplace.catalogue.models import Listing
from marketplace.catalogue.where_form import ReasonForm
from marketplace.choices import ListingState
from marketplace.refusals import Refused

S = ListingState


@login_required
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what everybody would read, and settle it."""
    listing = get_object_or_404(Listing.objects.moderated_by(request.user).for_page(), ref=ref)
    if refusal := rights.why_not_moderate(request.user, listing):
        raise PermissionDenied(refusal)
    form = ReasonForm(
        request.POST if request.POST.get("decision") in ("return", "withdraw") else None
    )
    if request.method == "POST" and (response := _settle(request, listing, form)):
        return response
    # As someone who is not signed in reads it: no name, whoever moderates.
    reader = AnonymousUser()
    contact = contacts.shown_contact(listing, reader)
    pictures = [photos.shown(photo, photos.PANEL) for photo in listing.photos.all()]
    return render(
        request,
        "marketplace/review.html",
        {
            "listing": listing,
            "form": form,
            "meta_line": presentation.meta(listing),
            "icon_name": presentation.icon_of(listing),
            "tone": presentation.tone_of(listing),
            "pictures": [picture for picture in pictures if picture],
            "facts": presentation.facts(listing),
            "terms": getattr(listing, "skill_terms", None),
            "place": presentation.place_name(listing),
            "who": presentation.who(listing),
            "contact": contact,
            "scope_sentence": presentation.scope_sentence(listing.scope, listing.organisation),
            "state": presentation.state_words(listing),
            "waits": listing.state == S.SUBMITTED,
            "may_withdraw": listing.state in rights.WITHDRAWABLE,
            "events": presentation.past(listing),
            "breadcrumbs": [
                {"title": "Coordination", "url": "/coordination/"},
                {"title": f"Relire : {listing.display_title}", "url": ""},
            ],
        },
    )


def _settle(request: HttpRequest, listing: Listing, form: ReasonForm) -> HttpResponse | None:
    """Do what was decided; None when the page must be shown again with what is wrong."""
    decision = request.POST.get("decision")
    try:
        if decision == "publish":
            rules.approve(listing, request.user, request.POST.get("version", ""))
            messages.success(request, "L’annonce est en ligne, et la personne est prévenue.")
        elif decision in ("return", "withdraw"):
            if not form.is_valid():
                return None
            rule = rules.send_back if decision == "return" else rules.withdraw
            rule(listing, request.user, form.cleaned_data["reason"])
            messages.success(request, "C’est fait. La personne est prévenue, avec vos mots.")
        else:
            return None
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("listing_review", ref=listing.ref)
    return redirect("coordination")
