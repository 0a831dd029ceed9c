"""Step 3 of writing a listing: where, when, and who may see it."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import DayField, check_order, day_end, day_start
from accounts.models import User
from accounts.places.fields import CommuneField
from marketplace.catalogue.forms import SCOPE_ORDER, with_hint
from marketplace.catalogue.guards import ASSOCIATION_SCOPES
from marketplace.catalogue.models import Listing
from marketplace.catalogue.naming import member_by_address
from marketplace.catalogue.presentation import scope_sentence
from marketplace.choices import Access, Nature, Scope
from marketplace.form_words import FormInWords
from marketplace.refusals import Refused

SCOPE_WORDS = {
    Scope.ORGANISATION: "Mon organisme",
    Scope.PARTNERS: "Mon organisme et ses partenaires",
    Scope.VERIFIED: "Tous les membres vérifiés",
    Scope.PUBLIC: "Tout le monde",
}

ACCESS_WORDS = {
    Access.DIRECT: (
        "En accès direct",
        "On choisit une date libre et c’est réservé, sans attendre de réponse.",
    ),
    Access.ON_REQUEST: ("Sur demande", "On vous écrit, et vous répondez oui ou non."),
    Access.MEET_FIRST: (
        "Rencontre d’abord",
        "On se rencontre avant tout formulaire. Rien n’est engagé ; les noms se partagent "
        "quand vous acceptez de vous voir.",
    ),
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
    access = forms.ChoiceField(
        label="Comment y accède-t-on ?",
        required=False,
        widget=forms.RadioSelect,
    )
    keeper = forms.EmailField(
        label="Qui répond aux demandes ?",
        required=False,
        max_length=254,
    )
    deputy = forms.EmailField(
        label="Qui répond en son absence ?",
        required=False,
        max_length=254,
    )
    no_deputy = forms.BooleanField(label="Plus de suppléance", required=False)
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
        self._word_access()
        self._word_people()
        scopes = ASSOCIATION_SCOPES if organisation.is_association else SCOPE_ORDER
        self.fields["scope"].choices = [
            (scope, with_hint(SCOPE_WORDS[scope], scope_sentence(scope, organisation)))
            for scope in scopes
        ]

    def _word_access(self) -> None:
        listing = self.listing
        if not listing.is_offer:
            del self.fields["access"]
            return
        of_people = listing.is_of_persons or listing.nature == Nature.MISSION
        allowed = [Access.MEET_FIRST, Access.ON_REQUEST]
        if not of_people:
            allowed = [Access.ON_REQUEST, Access.MEET_FIRST]
            if listing.has_calendar:
                allowed.insert(0, Access.DIRECT)
            else:
                self.fields[
                    "access"
                ].help_text = (
                    "Avec un calendrier, on pourra aussi réserver sans attendre de réponse."
                )
        self.fields["access"].choices = [(one, with_hint(*ACCESS_WORDS[one])) for one in allowed]

    def _word_people(self) -> None:
        listing = self.listing
        if listing.is_offer and listing.is_of_persons:
            del self.fields["keeper"]  # nobody else gives that person's time
        address = "Son adresse de connexion, sans la montrer à personne."
        keeper = listing.keeper or listing.author
        if "keeper" in self.fields:
            self.fields[
                "keeper"
            ].help_text = f"Aujourd’hui : {keeper}. {address} Laissez vide pour ne rien changer."
        today = f"Aujourd’hui : {listing.deputy}. " if listing.deputy else ""
        own = " Cette personne peut écrire ou décliner à votre place, jamais dire oui."
        alone = own if "keeper" not in self.fields else ""
        self.fields["deputy"].help_text = f"{today}{address}{alone}"
        if listing.deputy is None:
            del self.fields["no_deputy"]

    def _member(self, name: str) -> User | None:
        address = self.cleaned_data[name]
        if not address:
            return None
        try:
            return member_by_address(self.listing, address)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean_keeper(self) -> User | None:
        return self._member("keeper")

    def clean_deputy(self) -> User | None:
        return self._member("deputy")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_order(self, data)
        keeper = data.get("keeper") or self.listing.keeper
        if data.get("deputy") and data["deputy"] == keeper:
            self.add_error("deputy", "La suppléance revient à quelqu’un d’autre.")
        if "place" in data and not data["place"] and not data.get("remote"):
            self.add_error("place", "Donnez une commune, ou cochez « possible à distance ».")
        return data

    def listing_values(self) -> dict[str, Any]:
        data, listing = self.cleaned_data, self.listing
        keeper = data.get("keeper") or listing.keeper
        deputy = None if data.get("no_deputy") else data["deputy"] or listing.deputy
        return {
            "access": data.get("access") or listing.access,
            "keeper": keeper,
            # Who takes over is no longer the one who stands in.
            "deputy": deputy if deputy != keeper else None,
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
