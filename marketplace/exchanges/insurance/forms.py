"""Depositing an insurance certificate."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import DayField
from accounts.models import Organisation
from marketplace.form_words import FormInWords


class CertificateForm(FormInWords):
    organisation = forms.ModelChoiceField(
        label="De quel organisme ?",
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        empty_label=None,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="L’attestation",
        help_text="Celle de responsabilité civile, pour ce que vous empruntez. Un PDF, ou une "
        "photo en JPEG ou PNG, 10 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": "Choisissez d’abord le fichier de l’attestation.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )
    valid_until = DayField("Valable jusqu’au", "Elle est écrite sur l’attestation.", to_come=True)
    insurer = forms.CharField(label="Assureur", max_length=120, required=False)

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = organisations
        self.fields["organisation"].queryset = Organisation.objects.filter(
            pk__in=[one.pk for one in organisations]
        )
        if len(organisations) < 2:
            del self.fields["organisation"]
        self.fields["valid_until"].required = True
        self.fields["valid_until"].error_messages["required"] = (
            "Recopiez la date de fin : elle est écrite sur l’attestation."
        )

    def for_organisation(self) -> Organisation:
        return self.cleaned_data.get("organisation") or self.organisations[0]
