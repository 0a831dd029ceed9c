"""A form that says how to mend each answer that is missing, instead of «Remplissez ce champ»."""

from __future__ import annotations

import re
from typing import Any

from django import forms

MISSING = {
    "organisation": "Choisissez l’organisme pour lequel vous agissez.",
    "direction": "Dites si vous proposez quelque chose, ou si vous en avez besoin.",
    "kind": "Choisissez de quoi il s’agit.",
    "title": "Donnez un titre, en quelques mots.",
    "whose_time": "Dites sur quel temps\u00a0: votre temps de travail ou votre temps personnel.",
    "quantity": "Dites combien\u00a0: 1 s’il n’y en a qu’un.",
    "places": "Dites combien de personnes\u00a0: 1 si une seule suffit.",
    "exclusive_use": "Dites qui s’en sert pendant le prêt.",
    "unit_value": "Indiquez la valeur d’un exemplaire, même modeste.",
    "scope": "Choisissez qui peut la voir.",
    "file": "Choisissez d’abord une photo.",
    "description": "Décrivez la photo en quelques mots, pour qui ne la voit pas.",
    "reason": "Dites pourquoi en quelques mots.",
    "decision": "Choisissez d’abord le fichier de la décision.",
    "code": "Choisissez la raison qui s’en approche le plus.",
}


class FormInWords(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain = forms.Field.default_error_messages["required"]
        for name, field in self.fields.items():
            # A sentence written for the field itself is kept.
            written = field.error_messages["required"] != plain
            if name in MISSING and not written:
                field.error_messages["required"] = MISSING[name]


class EurosField(forms.DecimalField):
    """An amount as people type it: «1 234,50», with any space, and the sign if they like."""

    default_error_messages = {
        "invalid": "Écrivez le montant en chiffres, par exemple 120 ou 1\u202f234,50.",
        "min_value": "Un montant ne peut pas être négatif.",
    }

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"[\s€]", "", value)
        return super().to_python(value)
