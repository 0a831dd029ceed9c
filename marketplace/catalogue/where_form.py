"""Step 3 of writing a listing: where, when, and who may see it."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import DayField, check_order, day_end, day_start
from accounts.places.fields import CommuneField
from marketplace.catalogue.forms import SCOPE_ORDER, with_hint
from marketplace.catalogue.guards import ASSOCIATION_SCOPES
from marketplace.catalogue.models import Listing
from marketplace.catalogue.presentation import scope_sentence
from marketplace.choices import Scope
from marketplace.form_words import FormInWords

SCOPE_WORDS = {
    Scope.ORGANISATION: "Mon organisme",
    Scope.PARTNERS: "Mon organisme et ses partenaires",
    Scope.VERIFIED: "Tous les membres vérifiés",
    Scope.PUBLIC: "Tout le monde",
}


class WhereForm(FormInWords):
    place = CommuneField(
        label="Dans quelle commune ?",
        help_text="Son nom ou son code postal. Elle sert à dire à quelle distance on se trouve.",
        required=False,
    )
    place_label = forms.CharField(
        label="Le lieu précis",
        help_text="Dépôt, mairie annexe, salle…",
        max_length=120,
        required=False,
    )
    remote = forms.BooleanField(label="C’est aussi possible à distance", required=False)
    first_day = DayField("À partir du")
    last_day = DayField("Jusqu’au", "L’annonce quitte le catalogue après ce jour.", to_come=True)
    availability = forms.CharField(
        label="Quand, avec vos mots",
        help_text="Par exemple : les mardis et jeudis, hors vacances.",
        max_length=200,
        required=False,
    )
    scope = forms.ChoiceField(
        label="Qui peut la voir ?",
        help_text="Vous pourrez changer d’avis.",
        widget=forms.RadioSelect,
    )
    accepts_requests = forms.BooleanField(
        label="Accepter les demandes dès maintenant",
        help_text="Sans cela, on peut la lire mais pas encore écrire.",
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        organisation = listing.organisation
        scopes = ASSOCIATION_SCOPES if organisation.is_association else SCOPE_ORDER
        self.fields["scope"].choices = [
            (scope, with_hint(SCOPE_WORDS[scope], scope_sentence(scope, organisation)))
            for scope in scopes
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_order(self, data)
        if "place" in data and not data["place"] and not data.get("remote"):
            self.add_error("place", "Donnez une commune, ou cochez « possible à distance ».")
        return data

    def listing_values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "commune": data["place"],
            "place_label": data["place_label"],
            "remote": data["remote"],
            "available_from": day_start(data["first_day"]),
            "available_until": day_end(data["last_day"]),
            "availability": data["availability"],
            "scope": data["scope"],
            "accepts_requests": data["accepts_requests"],
        }


class PhotoForm(FormInWords):
    file = forms.FileField(
        label="La photo",
        help_text="JPEG, PNG, WebP ou AVIF, 10 Mo au plus. Le lieu et la date cachés dans "
        "le fichier sont effacés.",
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}
        ),
    )
    description = forms.CharField(
        label="Ce que l’on y voit",
        help_text="Pour qui ne voit pas la photo : « Deux barnums blancs montés devant le dépôt ».",
        max_length=255,
    )


class ReasonForm(FormInWords):
    reason = forms.CharField(
        label="Pourquoi ?",
        help_text="La personne qui a écrit l’annonce lira vos mots.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
