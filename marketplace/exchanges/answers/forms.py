"""Choosing the offer with which one answers a need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from accounts.models import Organisation
from marketplace.catalogue.models import Listing
from marketplace.exchanges.answers.rules import whose_time_of
from marketplace.exchanges.forms import AskForm
from marketplace.exchanges.wishes import Wish


class OfferField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_title} ({obj.organisation.short_name})"


class AnswerForm(AskForm):
    """The question of an answer, with the offer first; the organisation is the offer's."""

    offer = OfferField(
        label="Avec quelle offre ?",
        queryset=Listing.objects.none(),
        to_field_name="ref",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez l’offre avec laquelle vous répondez.",
            "invalid_choice": "Cette offre n’est plus en ligne : choisissez-en une autre.",
        },
    )
    field_order = ["offer", "first_day", "last_day", "quantity", "message"]

    def __init__(self, *args: Any, offers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("organisation", None)
        self.fields.pop("whose_time", None)
        self.fields["offer"].queryset = offers

    def for_organisation(self) -> Organisation:
        return self.cleaned_data["offer"].organisation

    def wish(self) -> Wish:
        offer = self.cleaned_data["offer"]
        return replace(super().wish(), offer=offer, whose_time=whose_time_of(offer))
