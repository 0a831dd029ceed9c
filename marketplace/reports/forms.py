"""Saying what is wrong with a listing, and what was done about it."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.form_words import FormInWords
from marketplace.reports.models import Report


class ReportForm(FormInWords):
    reason = forms.ChoiceField(
        label="Qu’est-ce qui ne va pas ?",
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui s’en approche le plus."},
    )
    words = forms.CharField(
        label="Avec vos mots",
        help_text="La coordination les lira ; la personne qui a écrit l’annonce ne saura pas "
        "que c’est vous.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("reason") == Report.Reason.OTHER and not data.get("words"):
            self.add_error("words", "Dites en quelques mots ce qui ne va pas.")
        return data
