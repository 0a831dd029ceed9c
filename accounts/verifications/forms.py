"""Deciding on an association, and asking a collectivité."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Organisation
from accounts.verifications.rules import collectivites_to_ask


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label="Votre réponse",
        choices=[
            ("verified", "Vérifier : nous connaissons cette association"),
            ("refused", "Refuser, en disant pourquoi"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez de vérifier ou de refuser."},
    )
    reason = forms.CharField(
        label="La raison",
        required=False,
        max_length=1000,
        help_text="L’association la lira telle quelle.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].asked_when = "si vous refusez"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refused" and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Dites à l’association pourquoi vous refusez.")
        return cleaned


class EndForm(forms.Form):
    """Why a verification ends."""

    reason = forms.CharField(
        label="La raison",
        max_length=1000,
        help_text="L’association la lira telle quelle.",
        error_messages={"required": "Dites à l’association pourquoi vous y mettez fin."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CollectiviteChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Organisation) -> str:  # type: ignore[override]
        return f"{obj.name} ({obj.commune.name})" if obj.commune else obj.name


class AskForm(forms.Form):
    """Which collectivité, and a message for its coordination."""

    by = CollectiviteChoice(
        label="Quelle collectivité vous connaît ?",
        queryset=Organisation.objects.none(),
        empty_label="Choisissez une collectivité",
        help_text="Sa coordination vérifie que l’association existe et agit près de chez elle.",
        error_messages={
            "required": "Choisissez la collectivité qui vous vérifiera.",
            "invalid_choice": "Cette collectivité ne peut pas être choisie, ou l’a déjà été.",
        },
    )
    message = forms.CharField(
        label="Un mot pour sa coordination",
        required=False,
        max_length=2000,
        help_text="Par exemple : une action menée ensemble, une personne qui vous connaît.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, association: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].queryset = collectivites_to_ask(association)
