"""The page on which whoever needs hands says when, and how many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.days import DayField
from marketplace.catalogue import slot_rules
from marketplace.catalogue.slots import MOST_PLACES, is_of_hands, slots_of
from marketplace.catalogue.writing import editable
from marketplace.form_words import FormInWords
from marketplace.refusals import Refused


def _hour(label: str, missing: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 900}),
        error_messages={"required": missing, "invalid": "Écrivez l’heure ainsi : 09:30."},
    )


class SlotForm(FormInWords):
    day = DayField("Le jour", to_come=True)
    starts_at = _hour("De", "Dites à quelle heure cela commence.")
    ends_at = _hour("Jusqu’à", "Dites à quelle heure cela finit.")
    places = forms.IntegerField(
        label="Combien de personnes ?", min_value=1, max_value=MOST_PLACES, initial=1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].required = True
        self.fields["day"].error_messages["required"] = "Dites quel jour."

    def period(self) -> tuple[datetime, datetime]:
        """Return the beginning and the end, in local time."""
        data, zone = self.cleaned_data, timezone.get_current_timezone()
        starts, ends = (
            datetime.combine(data["day"], data[name], tzinfo=zone)
            for name in ("starts_at", "ends_at")
        )
        return starts, ends


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the slots of a need, and add one."""
    listing = editable(request, ref)
    if not is_of_hands(listing):
        raise PermissionDenied("Les créneaux servent aux besoins de coups de main.")
    form = SlotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            slot_rules.add(
                listing,
                request.user,  # type: ignore[arg-type]
                *form.period(),
                form.cleaned_data["places"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Le créneau est ajouté.")
            return redirect("listing_slots", ref)
    return render(
        request,
        "marketplace/coming/slots.html",
        {
            "listing": listing,
            "slots": [slot for slot in slots_of(listing) if not slot.is_whole],
            "form": form,
            "breadcrumbs": [
                {"title": "Mes annonces", "url": "/mes-annonces/"},
                {"title": listing.display_title, "url": listing.get_absolute_url()},
                {"title": "Créneaux", "url": ""},
            ],
        },
        status=400 if form.errors else 200,
    )


@login_required
@require_POST
def change(request: HttpRequest, ref: str, slot: str) -> HttpResponse:
    """Take a slot off, or change its number of places."""
    listing = editable(request, ref)
    user: Any = request.user
    try:
        if "places" in request.POST:
            number = request.POST["places"].strip()
            if not number.isdecimal() or len(number) > 4:
                raise Refused(f"Comptez de 1 à {MOST_PLACES} places.")
            changed = slot_rules.change_places(listing, user, slot, int(number))
            done = slot_rules.change_words(changed)
        else:
            slot_rules.remove(listing, user, slot)
            done = "C’est changé."
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("listing_slots", ref)
