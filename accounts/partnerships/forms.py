"""Proposing a partnership."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Organisation
from accounts.partnerships.rules import bodies_to_propose_to


class ProposalForm(forms.Form):
    proposer = forms.ModelChoiceField(
        label="Au nom de", queryset=Organisation.objects.none(), empty_label=None
    )
    partner = forms.ModelChoiceField(
        label="À quelle administration ?",
        queryset=Organisation.objects.none(),
        empty_label="Choisissez une administration",
        error_messages={
            "required": "Choisissez à qui proposer le partenariat.",
            "invalid_choice": "Cette administration ne peut pas être choisie, ou l’a déjà été.",
        },
    )

    def __init__(self, *args: Any, proposers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposer"].queryset = Organisation.objects.filter(
            pk__in=[organisation.pk for organisation in proposers]
        )
        if len(proposers) == 1:
            self.fields["proposer"].widget = forms.HiddenInput()
            self.fields["proposer"].initial = proposers[0]
        self.fields["partner"].queryset = bodies_to_propose_to(proposers)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("proposer") and cleaned.get("proposer") == cleaned.get("partner"):
            self.add_error("partner", "Choisissez une autre administration que la vôtre.")
        return cleaned
