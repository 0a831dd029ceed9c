"""The answers to a consent, the cover plan, withdrawing, and the rule of silence."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import DayField, check_order, day_end, day_start
from marketplace.exchanges.consents.models import LEAST_DAYS, MOST_DAYS
from marketplace.exchanges.consents.rules import NO_REASONS
from marketplace.form_words import FormInWords


def words_field(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=800,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DatesForm(FormInWords):
    first_day = DayField("À partir du", to_come=True)
    last_day = DayField("Jusqu’au", to_come=True)
    words = words_field("Un mot, si vous voulez")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_day", "last_day"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = (
                "Donnez ce jour : l’autre côté saura ce que vous proposez."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_order(self, data)
        return data

    def period(self) -> tuple[Any, Any]:
        """Return the half-open period proposed."""
        return day_start(self.cleaned_data["first_day"]), day_end(self.cleaned_data["last_day"])


class TalkForm(FormInWords):
    words = words_field("De quoi aimeriez-vous parler ?", "Vous pouvez laisser vide.")


class NoForm(FormInWords):
    code = forms.ChoiceField(
        label="Pour quelle raison ?",
        help_text="La personne et la coordination la lisent ; l’autre organisme, non.",
        choices=NO_REASONS,
        widget=forms.RadioSelect,
    )
    words = words_field("Avec vos mots")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("code") == "other" and not data.get("words"):
            self.add_error("words", "Dites la raison en quelques mots.")
        return data


class WithdrawForm(FormInWords):
    reason = words_field(
        "Pourquoi ?",
        "La personne et la coordination la lisent ; l’autre organisme, non.",
        required=True,
    )


class CoverForm(forms.Form):
    cover = forms.CharField(
        label="Qui me remplace, ou ce qui attend",
        help_text="Votre encadrement le lit avant de répondre.",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TacitForm(FormInWords):
    days = forms.IntegerField(
        label="Après combien de jours ouvrés ?",
        help_text=f"De {LEAST_DAYS} à {MOST_DAYS} jours, sans les samedis, les dimanches et les "
        "jours fériés. Laissez vide pour que le silence ne vaille jamais accord.",
        min_value=LEAST_DAYS,
        max_value=MOST_DAYS,
        required=False,
    )
