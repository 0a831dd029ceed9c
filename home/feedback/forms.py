"""The word that a reader may add."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from home.feedback.models import LONGEST_COMMENT
from home.typography import NBSP

MOST_LINKS = 1
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class CommentForm(forms.Form):
    comment = forms.CharField(
        label="Votre mot",
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Écrivez quelques mots, ou quittez la page : votre réponse est gardée.",
            "max_length": (
                f"Votre mot est trop long{NBSP}: %(limit_value)d signes au plus, il en a "
                "%(show_value)d."
            ),
        },
    )

    is_signed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.is_authenticated:
            self.fields["is_signed"].label = f"Signer de mon nom{NBSP}: {user.get_full_name()}"
        else:
            del self.fields["is_signed"]

    def clean_comment(self) -> str:
        """Return the word. Raises ValidationError for a handful of links, which is no word."""
        words: str = self.cleaned_data["comment"]
        if len(_LINK.findall(words)) > MOST_LINKS:
            raise forms.ValidationError("Gardez un lien au plus, et dites le reste avec vos mots.")
        return words
