"""What the coordination writes of what protects the agents, and who confirmed it."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import DayField
from marketplace.catalogue.protection.models import ProtectionText
from marketplace.catalogue.protection.rules import DEFAULTS, WORDS, Words
from marketplace.choices import WhoseTime


def _words(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez ce texte, même en une phrase."},
    )


class ProtectionForm(forms.Form):
    short = forms.CharField(
        label="En une phrase",
        help_text="Ce que lisent tous les membres.",
        max_length=300,
        error_messages={"required": "Écrivez ce texte, même en une phrase."},
    )
    pay = _words("Ma rémunération")
    accident = _words("En cas d’accident", "Qui couvre, et à qui on le déclare.")
    replacement = _words("Qui me remplace")
    stopping = _words("Comment j’arrête")
    source = forms.CharField(
        label="Source",
        help_text="Texte de loi, délibération, note du service juridique.",
        max_length=300,
        required=False,
    )
    confirmed_by = forms.CharField(
        label="Confirmé par",
        help_text="Par exemple : le service juridique. Laissez vide tant que ce n’est pas "
        "confirmé : les pages disent alors « à confirmer ».",
        max_length=120,
        required=False,
    )
    confirmed_on = DayField("Confirmé le")
    valid_until = DayField("Valable jusqu’au", "Laissez vide s’il n’y a pas de fin.")

    def __init__(
        self, *args: Any, whose_time: str, own: ProtectionText | None, **kwargs: Any
    ) -> None:
        words = own or DEFAULTS[WhoseTime(whose_time)]
        initial = {name: getattr(words, name) for name in (*WORDS, "source")}
        if own is not None:
            names = ("confirmed_by", "confirmed_on", "valid_until")
            initial |= {name: getattr(own, name) for name in names}
        super().__init__(*args, prefix=whose_time, initial=initial, **kwargs)

    def words(self) -> Words:
        """Return the texts of a valid form."""
        return Words(**{name: self.cleaned_data[name] for name in (*WORDS, "source")})
