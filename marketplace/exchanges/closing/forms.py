"""The prompts of the end, each optional."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.exchanges.closing.models import PROMPTS, TEAM_PROMPTS
from marketplace.form_words import FormInWords


class ReviewForm(FormInWords):
    def __init__(self, *args: Any, leads_a_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, prompt in (*PROMPTS, *(TEAM_PROMPTS if leads_a_team else ())):
            self.fields[name] = forms.CharField(
                label=prompt,
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
