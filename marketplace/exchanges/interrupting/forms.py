"""Stopping an exchange, or no longer coming."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from accounts.days import DayField
from marketplace.exchanges.interrupting import notice
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.interrupting.rules import Stop
from marketplace.exchanges.models import Exchange
from marketplace.form_words import FormInWords
from marketplace.words import counted

Code = Interruption.Code
ANNOUNCED = "La fin est déjà annoncée : seul un danger arrête l’échange plus tôt."


class StopForm(FormInWords):
    code = forms.ChoiceField(
        label="Pour quelle raison ?",
        help_text="Une raison suffit. Ne dites rien de votre santé ni de votre vie privée : "
        "personne ne vous le demande.",
        choices=Code.choices,
        widget=forms.RadioSelect,
    )
    last_day = DayField("Le dernier jour", to_come=True)
    words = forms.CharField(
        label="Avec vos mots",
        help_text="Les deux côtés et la coordination les liront.",
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, exchange: Exchange, user: Any, is_announced: bool = False, **kwargs: Any
    ) -> None:
        """`is_announced`: its end is announced already, and only danger ends it sooner."""
        super().__init__(*args, **kwargs)
        # Instead of «facultatif», which is not true of every reason.
        self.fields["words"].asked_when = "nécessaire pour une autre raison"
        if is_announced:
            self._ask_of_danger_only()
            return
        self.fields["last_day"].asked_when = "sauf pour la sécurité"
        first = notice.earliest(exchange, user)
        self.fields["last_day"].initial = first
        self.fields["last_day"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"
        owed = notice.notice_of(exchange, user).days
        self.fields["last_day"].help_text = (
            f"Le préavis habituel est de {counted(owed, 'jour', 'jours')}. Pour la sécurité, "
            "l’arrêt est immédiat : ce jour ne compte pas."
            if owed
            else "Celui que vous voulez. Pour la sécurité, l’arrêt est immédiat : ce jour ne "
            "compte pas."
        )

    def _ask_of_danger_only(self) -> None:
        del self.fields["last_day"]
        code = self.fields["code"]
        code.choices = [(Code.SAFETY, Code.SAFETY.label)]
        code.initial = Code.SAFETY
        code.error_messages["invalid_choice"] = ANNOUNCED
        self.fields["words"].asked_when = "facultatif"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("code") == Code.SAFETY:
            self.errors.pop("last_day", None)
        elif (
            "last_day" in self.fields and "last_day" not in self.errors and not data.get("last_day")
        ):
            self.add_error("last_day", "Dites quel sera le dernier jour.")
        if data.get("code") == Code.OTHER and not data.get("words"):
            self.add_error("words", "Dites la raison en quelques mots.")
        return data

    def wish(self) -> Stop:
        data = self.cleaned_data
        return Stop(data["code"], data["words"], data.get("last_day"))


class LeaveForm(FormInWords):
    words = forms.CharField(
        label="Un mot pour les autres",
        help_text="Si vous voulez. Personne ne vous demande de raison.",
        max_length=900,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
