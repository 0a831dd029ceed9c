"""Asking for a mediation, speaking in it, noting, and writing its way out."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.exchanges.mediation.models import Mediation, MediationNote
from marketplace.exchanges.mediation.rules import outcomes
from marketplace.form_words import FormInWords

Audience, Outcome = MediationNote.Audience, Mediation.Outcome


class AskForm(FormInWords):
    words = forms.CharField(
        label="Ce qui ne va pas",
        help_text="Lu par votre côté et par la coordination des deux organismes, jamais par "
        "l’autre côté. Ne dites rien de votre santé ni de votre vie privée.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Dites en quelques mots ce qui ne va pas."},
    )


class SpeakForm(FormInWords):
    words = forms.CharField(
        label="Votre version",
        help_text="Lue par votre côté et par la coordination, jamais par l’autre côté.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez votre version avant de l’envoyer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Beside the message of the conversation, on one page.
        super().__init__(*args, auto_id="mediation_%s", **kwargs)


class NoteForm(FormInWords):
    body = forms.CharField(
        label="Une note",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez la note avant de l’enregistrer."},
    )
    audience = forms.ChoiceField(
        label="Qui la lira ?",
        choices=[(one.value, one.label.capitalize()) for one in (Audience.DESK, Audience.BOTH)],
        initial=Audience.DESK,
        widget=forms.RadioSelect,
    )


class SettleForm(FormInWords):
    outcome = forms.ChoiceField(
        label="L’issue convenue",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l’issue convenue."},
    )
    sentence = forms.CharField(
        label="Ce qui est convenu",
        help_text="Une phrase relue avec les deux côtés : ils la liront tous les deux.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez ce qui est convenu : les deux côtés le liront."},
    )

    def __init__(self, *args: Any, mediation: Mediation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = outcomes(mediation)
        self.fields["outcome"].choices = [
            (key, label.capitalize()) for key, label in Outcome.choices if key in possible
        ]
