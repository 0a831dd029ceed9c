"""Saying thank you, reporting it, offering a story."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.form_words import FormInWords
from marketplace.recognition.stories import PROMPTS


class ThankForm(FormInWords):
    words = forms.CharField(
        label="Votre merci",
        help_text="La personne le lit tout de suite. Il ne paraît que si elle le souhaite et que "
        "la coordination l’a relu.",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez quelques mots."},
    )

    def __init__(self, *args: Any, skills: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if skills:
            self.fields["skill"] = forms.ChoiceField(
                label="Un savoir-faire que vous avez vu à l’œuvre ?",
                help_text="La personne choisit de le montrer ou non.",
                choices=[("", "Aucun en particulier"), *((one, one) for one in skills)],
                required=False,
                widget=forms.RadioSelect,
                initial="",
            )


class ReportThanksForm(FormInWords):
    words = forms.CharField(
        label="Qu’est-ce qui ne va pas ?",
        help_text="La coordination lira vos mots ; l’autre personne, non.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites en quelques mots ce qui ne va pas."},
    )


class StoryForm(FormInWords):
    may_name = forms.BooleanField(
        label="Mon prénom peut paraître",
        help_text="Sinon le récit se fait sans nom. Rien ne paraît sans votre accord relu.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, prompt in PROMPTS:
            self.fields[name] = forms.CharField(
                label=prompt,
                max_length=1500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.order_fields([*(name for name, _ in PROMPTS), "may_name"])
