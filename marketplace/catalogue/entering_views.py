"""The page on which a coordinator begins a listing for someone else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.members.desk import desk_of
from marketplace.catalogue import entering
from marketplace.catalogue.forms import KINDS
from marketplace.catalogue.models import Listing
from marketplace.choices import Direction
from marketplace.entering_forms import ForSomeoneForm
from marketplace.refusals import Refused

# Said of somebody else.
WISHES = (
    (Direction.OFFER, "Proposer quelque chose"),
    (Direction.NEED, "Dire un besoin"),
)


class EnterForm(ForSomeoneForm):
    direction = forms.ChoiceField(
        label="Que souhaite cette personne ?",
        choices=WISHES,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si elle propose quelque chose, ou si elle a un besoin."},
    )
    kind = forms.ChoiceField(label="De quoi s’agit-il ?", choices=KINDS, widget=forms.RadioSelect)
    field_order = ["person", "direction", "kind", "said_so"]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Say for whom and what; the usual steps follow."""
    organisation = desk_of(request)
    sent = request.method == "POST"
    form = EnterForm(request.POST if sent else None, organisation=organisation)
    if sent and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        nature, transfer = data["kind"].split("-")
        try:
            draft = entering.enter_for(
                request.user,  # type: ignore[arg-type]
                organisation,
                data["person"],
                direction=data["direction"],
                nature=nature,
                transfer=transfer,
                said_so=data["said_so"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.info(
                request,
                f"Vous écrivez pour {data['person']}, à sa demande : un message l’en avertit.",
            )
            return redirect("listing_step", draft.ref, 2)
    return render(
        request,
        "marketplace/enter.html",
        {"form": form, "organisation": organisation},
        status=400 if form.errors else 200,
    )


@login_required
@require_POST
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    listing = get_object_or_404(
        Listing.objects.kept_by(request.user).select_related("organisation", "entered_by"), ref=ref
    )
    try:
        entering.take_back(listing, request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "C’est entendu : vous vous en occupez désormais.")
    return redirect(listing)
