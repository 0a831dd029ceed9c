"""Asking, declining, cancelling, writing, adding a decision."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import DayField, check_order, day_end, day_start
from accounts.models import Organisation
from marketplace.catalogue.forms import WHOSE_TIME
from marketplace.catalogue.models import Listing
from marketplace.choices import Transfer
from marketplace.exchanges.rules import CANCEL_REASONS, DECLINE_REASONS, OTHER, WHY_CANCEL
from marketplace.exchanges.wishes import Wish
from marketplace.form_words import FormInWords
from marketplace.words import figures


class AskForm(FormInWords):
    organisation = forms.ModelChoiceField(
        label="Pour quel organisme ?",
        help_text="Vous faites partie de plusieurs : lequel parle ici ?",
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        empty_label=None,
        widget=forms.RadioSelect,
    )
    whose_time = forms.ChoiceField(
        label="Sur quel temps ?",
        help_text="Sur temps de travail, votre administration donne son accord et vous couvre. "
        "Sur temps personnel, vous venez comme bénévole.",
        choices=WHOSE_TIME,
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label="Votre message",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Écrivez quelques mots : c’est à une personne que vous vous adressez."
        },
    )
    first_day = DayField("À partir du", to_come=True)
    last_day = DayField("Jusqu’au", to_come=True)
    quantity = forms.IntegerField(label="Combien ?", min_value=1, initial=1)

    def __init__(self, *args: Any, listing: Listing, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        self.organisations = list(organisations)
        self.fields["organisation"].queryset = Organisation.objects.filter(
            pk__in=[one.pk for one in self.organisations]
        )
        if len(self.organisations) < 2:
            del self.fields["organisation"]
        gives_time = not listing.is_offer and listing.transfer == Transfer.TIME
        if not (gives_time and any(one.is_public_body for one in self.organisations)):
            del self.fields["whose_time"]
        if listing.transfer == Transfer.TIME or listing.quantity < 2:
            del self.fields["quantity"]
        else:
            self.fields["quantity"].max_value = listing.quantity
            self.fields["quantity"].help_text = f"Il y en a {figures(listing.quantity)}."
            self.fields["quantity"].widget.attrs["max"] = listing.quantity
        self._word()

    def _word(self) -> None:
        message = self.fields["message"]
        if self.listing.is_offer and self.listing.transfer == Transfer.TIME:
            message.label = "Dites bonjour"
            message.help_text = (
                "Ce qui vous a donné envie, ce dont vous aimeriez parler. "
                "Rien n’est décidé à ce stade : on se rencontre d’abord."
            )
        elif self.listing.is_offer:
            message.help_text = "Pour quel usage, pour qui, et ce qu’il faut savoir."
        else:
            message.help_text = "Ce que vous pouvez apporter, et ce que vous voulez savoir."
        dates_help = "Vous pourrez aussi en convenir ensemble."
        self.fields["first_day"].help_text = dates_help

    def clean_quantity(self) -> int:
        number = self.cleaned_data["quantity"]
        if number > self.listing.quantity:
            raise forms.ValidationError(
                f"Il y en a {figures(self.listing.quantity)} au plus : demandez-en moins."
            )
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_order(self, data)
        return data

    def for_organisation(self) -> Organisation:
        return self.cleaned_data.get("organisation") or self.organisations[0]

    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(
            message=data["message"],
            wanted_from=day_start(data["first_day"]),
            wanted_until=day_end(data["last_day"]),
            quantity=data.get("quantity") or 1,
            whose_time=data.get("whose_time", ""),
        )


class ReasonForm(FormInWords):
    """A reason of a list, and words; without words, «another reason» says nothing."""

    field_order = ["code", "words"]

    words = forms.CharField(
        label="Avec vos mots",
        max_length=800,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("code") == OTHER and not data.get("words"):
            self.add_error("words", "Dites la raison en quelques mots.")
        return data


class DeclineForm(ReasonForm):
    code = forms.ChoiceField(
        label="Pour quelle raison ?",
        help_text="Elle aide l’autre à chercher ailleurs.",
        choices=DECLINE_REASONS,
        widget=forms.RadioSelect,
    )


class CancelForm(ReasonForm):
    """Why one gives up: a reason of the list where somebody counts on it, else a word."""

    code = forms.ChoiceField(
        label="Pour quelle raison ?",
        help_text="Une raison suffit. Ne dites rien de votre santé ni de votre vie privée : "
        "personne ne vous le demande.",
        choices=CANCEL_REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": WHY_CANCEL},
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["code"]

    def reason(self) -> tuple[str, str]:
        """Return the words, and the code of the list."""
        return self.cleaned_data["words"], self.cleaned_data.get("code", OTHER)


class DecisionForm(FormInWords):
    decision = forms.FileField(
        label="La décision signée",
        help_text="Un PDF, ou une photo en JPEG ou PNG, 10 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
