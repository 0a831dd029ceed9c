"""Step 2 for things and places: on which terms one may have them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from marketplace.catalogue import guards
from marketplace.catalogue.charters.models import Charter
from marketplace.catalogue.forms import (
    ContentForm,
    NeedForm,
    NeedOfTimeForm,
    SkillForm,
    amount,
    count,
    line,
    text_area,
)
from marketplace.catalogue.models import Listing
from marketplace.choices import Nature, Transfer


class CharterField(forms.ModelChoiceField):
    """Which charter of the organisation one accepts first."""

    def __init__(self) -> None:
        super().__init__(
            queryset=Charter.objects.none(),
            to_field_name="ref",
            required=False,
            label="Charte à accepter",
            help_text="Chaque personne l’accepte une fois avant de demander.",
            empty_label="Aucune",
        )


class WithCharter(ContentForm):
    """Asks which charter; nothing where the organisation has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        charters = Charter.objects.filter(organisation=self.listing.organisation_id)
        if charters.exists():
            self.fields["charter"].queryset = charters
        else:
            del self.fields["charter"]


class LoanForm(WithCharter, ContentForm):
    quantity = count("Combien d’exemplaires ?")
    to_plan = line("À prévoir", "Ce que l’emprunteur doit avoir : un utilitaire, trois personnes…")
    exclusive_use = forms.TypedChoiceField(
        label="Qui s’en sert pendant le prêt ?",
        help_text="Seul à s’en servir, l’emprunteur répond de la perte et des dégâts, sauf preuve "
        "contraire. À plusieurs, cette présomption tombe.",
        choices=((True, "L’emprunteur seul"), (False, "L’emprunteur et nous, en même temps")),
        coerce=lambda value: value in (True, "True"),
        initial=True,
        widget=forms.RadioSelect,
    )
    insurance_required = forms.BooleanField(
        label="Demander une attestation d’assurance",
        help_text="Elle couvre ce qui est prêté, et ce que l’on abîmerait avec. Sans elle, le prêt "
        "n’est pas confirmé ; entre vos services, rien n’est demandé.",
        required=False,
        initial=True,
    )
    replacement_value = amount(
        "Valeur de remplacement, en euros", "Ce que coûterait un remplacement."
    )
    deposit = amount("Caution, en euros", "Laissez vide s’il n’y en a pas.")
    licence = line("Quel permis faut-il ?", "Il est montré au départ. Par exemple : permis B.", 60)
    fuel = line("Carburant ou recharge", "Par exemple : le plein au départ, le plein au retour.")
    cleaning = line("Nettoyage", "Dans quel état on le rend.")
    conditions = text_area("Conditions", "Ce que l’on s’engage à respecter.")
    hand_over = line("Remise et retour", "Où, quels jours, à quelles heures.")
    charter = CharterField()
    listing_fields = (*ContentForm.listing_fields, "quantity", "charter")
    terms_fields = (
        "to_plan",
        "exclusive_use",
        "insurance_required",
        "replacement_value",
        "deposit",
        "licence",
        "fuel",
        "cleaning",
        "conditions",
        "hand_over",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.listing.nature != Nature.VEHICLE:
            del self.fields["licence"]


class PlaceForm(WithCharter, ContentForm):
    to_plan = line("À prévoir", "Ce qu’il faut apporter ou savoir avant de venir.")
    insurance_required = forms.BooleanField(
        label="Demander une attestation d’assurance", required=False, initial=True
    )
    deposit = amount("Caution, en euros", "Laissez vide s’il n’y en a pas.")
    cleaning = line("Ménage", "Qui le fait, et avec quoi.")
    conditions = text_area("Conditions", "Nombre de personnes, bruit, usages exclus.")
    hand_over = line("Clés et accès", "Où prendre les clés, accès de plain-pied ou non.")
    charter = CharterField()
    listing_fields = (*ContentForm.listing_fields, "charter")
    terms_fields = (
        "to_plan",
        "insurance_required",
        "deposit",
        "cleaning",
        "conditions",
        "hand_over",
    )


class ImmersionForm(ContentForm):
    """A place in a team for a while: what to bring and how it goes, no insurance to show."""

    to_plan = line("À prévoir", "Chaussures fermées, tenue, repas : ce qu’il faut avoir.")
    conditions = text_area(
        "Comment cela se passe", "Les heures, la durée, qui accueille, ce que l’on peut essayer."
    )
    hand_over = line("Rendez-vous", "Où l’on se présente, et à quelle heure.")
    terms_fields = ("to_plan", "conditions", "hand_over")

    def terms_values(self) -> dict[str, Any]:
        return {**super().terms_values(), "insurance_required": False, "deposit": None}


class GiftForm(ContentForm):
    quantity = count("Combien d’exemplaires ?")
    unit_value = amount(
        "Valeur d’un exemplaire, en euros",
        "Sa valeur d’aujourd’hui. Une collectivité peut donner jusqu’à 300 € l’exemplaire.",
        required=True,
    )
    recipients = line(
        "Qui peut recevoir ?", "Par exemple : associations reconnues d’utilité publique."
    )
    listing_fields = (*ContentForm.listing_fields, "quantity")
    terms_fields = ("unit_value", "recipients")

    def clean_unit_value(self) -> Decimal:
        value = self.cleaned_data["unit_value"]
        if refusal := guards.gift_value_refusal(value):
            raise forms.ValidationError(refusal)
        return value


class HandsForm(NeedOfTimeForm):
    welcome_at_once = forms.BooleanField(
        label="Accueillir sans attendre qui dit « Je viens »",
        help_text="Tant qu’il reste des places. Décochez pour répondre à chaque personne.",
        required=False,
        initial=True,
    )
    terms_fields = (*NeedOfTimeForm.terms_fields, "welcome_at_once")


def content_form_for(listing: Listing) -> type[ContentForm]:
    """Return the questions that this kind of listing asks."""
    time_given = listing.transfer == Transfer.TIME
    if not listing.is_offer:
        if listing.nature == Nature.MISSION and time_given:
            return HandsForm
        of_people = time_given or listing.nature == Nature.MISSION
        return NeedOfTimeForm if of_people else NeedForm
    if time_given:
        return SkillForm
    if listing.transfer == Transfer.GIFT:
        return GiftForm
    if listing.nature == Nature.MISSION:
        return ImmersionForm
    return PlaceForm if listing.nature in (Nature.PREMISES, Nature.DESK) else LoanForm
