"""A message and what is joined to it, with a word of caution about private addresses."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from marketplace.exchanges.attaching.rules import MAX_FILES, TOO_MANY
from marketplace.form_words import FormInWords

# An e-mail address, or a French telephone number as people type it.
ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+\.\w{2,}|(?<!\d)(?:\+33|0033|0)[\s.-]?[1-9](?:[\s.-]?\d{2}){4}(?!\d)"
)
CAUTION = (
    "Votre message contient une adresse ou un numéro de téléphone. Ils ne sont pas nécessaires "
    "ici : la réponse vous parvient sans eux. Enlevez-les, ou cochez la case pour les envoyer."
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; none is an empty list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files. Raises ValidationError: too many, or one that is empty."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MAX_FILES:
            raise forms.ValidationError(TOO_MANY)
        return [super(FilesField, self).clean(one, initial) for one in given]


class MessageForm(FormInWords):
    body = forms.CharField(
        label="Votre message",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez votre message avant de l’envoyer."},
    )
    files = FilesField(
        label="Joindre des fichiers",
        help_text="Des PDF ou des photos, 10 Mo au plus chacun, cinq au plus.",
        required=False,
        widget=FilesInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )
    anyway = forms.BooleanField(label="Envoyer avec cette adresse ou ce numéro", required=False)

    def __init__(self, *args: Any, contact_accepted: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cautious = not contact_accepted
        typed = self.data.get("body", "") if self.is_bound else ""
        if not (self.cautious and ADDRESS.search(typed)):
            del self.fields["anyway"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # Said once, and left to the person: nobody's words are censored.
        if "anyway" in self.fields and not data.get("anyway"):
            self.add_error("body", CAUTION)
            if data.get("files"):
                self.add_error("files", "Choisissez de nouveau vos fichiers.")
        return data
