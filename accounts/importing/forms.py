"""Sending a file, and ticking who left."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.importing.reading import MAX_BYTES


class FileForm(forms.Form):
    file = forms.FileField(
        label="Fichier CSV",
        allow_empty_file=True,  # our sentence says more than «vide»
        help_text=(
            "Virgules, points-virgules ou tabulations ; UTF-8 ou Windows : nous nous en arrangeons."
        ),
        error_messages={
            "required": "Choisissez le fichier à importer.",
            "invalid": "Choisissez le fichier à importer.",
            "max_length": "Donnez au fichier un nom plus court.",
        },
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_file(self) -> tuple[str, bytes]:
        """Return its name and its bytes; one more than allowed is enough to refuse it."""
        file = self.cleaned_data["file"]
        return file.name or "", file.read(MAX_BYTES + 1)


class EndsForm(forms.Form):
    """Who left, among those whom the file did not name: nobody is ticked beforehand."""

    members = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        to_field_name="ref",
        error_messages={
            "invalid_choice": "L’une de ces personnes vient de partir : la liste est à jour.",
        },
    )
    invitations = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        to_field_name="ref",
        error_messages={
            "invalid_choice": "L’une de ces invitations vient de servir ou de partir : la liste "
            "est à jour.",
        },
    )

    def __init__(
        self, *args: Any, proposed: QuerySet, withdrawals: QuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = proposed
        self.fields["invitations"].queryset = withdrawals

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        nobody = not cleaned.get("members") and not cleaned.get("invitations")
        if nobody and not self.errors:
            self.add_error("members", "Cochez au moins une personne, ou laissez tout comme c’est.")
        return cleaned
