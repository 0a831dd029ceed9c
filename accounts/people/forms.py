"""What a person says of themselves."""

from __future__ import annotations

from django import forms

from accounts.models import User
from accounts.places.fields import CommuneField


class NamesForm(forms.Form):
    """Who one is, when one arrives."""

    first_name = forms.CharField(
        label="Prénom",
        max_length=150,
        error_messages={"required": "Écrivez votre prénom."},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label="Nom",
        max_length=150,
        error_messages={"required": "Écrivez votre nom."},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Personnelle ou professionnelle. Elle n’est montrée à personne.",
        max_length=254,
        error_messages={
            "required": "Écrivez votre adresse électronique.",
            "invalid": "Cette adresse n’est pas complète : elle ressemble à prenom.nom@exemple.fr.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ProfileForm(forms.ModelForm):
    workplace = CommuneField(
        label="Là où je travaille",
        required=False,
        help_text=(
            "La commune, par son nom ou son code postal : ce qui est près de vous vient d’abord. "
            "Vide, c’est celle de votre organisme. Elle n’est montrée à personne."
        ),
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "wishes", "skills", "workplace", "notice_rhythm"]
        labels = {
            "first_name": "Prénom",
            "last_name": "Nom",
            "wishes": "J’aimerais…",
            "skills": "On peut m’appeler pour…",
            "notice_rhythm": "Recevoir les nouvelles par courriel",
        }
        help_texts = {
            "wishes": (
                "Ce que vous aimeriez faire, apprendre, voir de près. Rien à justifier : "
                "c’est par là que les rencontres commencent."
            ),
            "skills": "Ce que vous savez faire et partagez volontiers, au travail ou ailleurs.",
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "wishes": forms.Textarea(attrs={"rows": 4}),
            "skills": forms.Textarea(attrs={"rows": 4}),
            "notice_rhythm": forms.RadioSelect,
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, word in (("first_name", "prénom"), ("last_name", "nom")):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = f"Écrivez votre {word}."
