"""allauth's forms in our words: what is asked, why, and nothing in placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

PASSWORD_HELP = "Douze caractères au moins. Une petite phrase fait très bien l’affaire."  # noqa: S105 - a help text


def in_our_words(form: forms.Form) -> None:
    """Set the labels, helps and input modes of the fields that the form has."""
    labels = {
        "login": "Votre adresse électronique",
        "email": "Votre adresse électronique",
        "password": "Votre mot de passe",
        "oldpassword": "Votre mot de passe actuel",
        "password1": "Nouveau mot de passe",
        "password2": "Le même, encore une fois",
        "code": "Le code reçu",
    }
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        if name in ("password", "oldpassword", "password2"):
            field.help_text = ""
        elif name == "password1":
            field.help_text = PASSWORD_HELP
        elif name == "code":
            field.widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}
            field.error_messages["required"] = "Recopiez le code reçu par courriel."
        if name in ("login", "email"):
            field.error_messages["required"] = "Écrivez votre adresse électronique."
            field.error_messages["invalid"] = (
                "Cette adresse n’est pas complète : elle ressemble à prenom.nom@exemple.fr."
            )
        if name in ("password", "oldpassword", "password1", "password2"):
            field.error_messages["required"] = "Écrivez le mot de passe."


class InOurWords(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self)


class SamePassword(InOurWords):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password2" in self.errors:
            self.errors["password2"] = self.error_class(
                ["Les deux mots de passe ne sont pas les mêmes."]
                if self.data.get("password2")
                else ["Écrivez le mot de passe une seconde fois."]
            )
        return cleaned


class LoginForm(InOurWords, allauth_forms.LoginForm):
    pass


class RequestLoginCodeForm(InOurWords, allauth_forms.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(InOurWords, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(InOurWords, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ResetPasswordForm(InOurWords, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(SamePassword, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(SamePassword, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(SamePassword, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(InOurWords, allauth_forms.ReauthenticateForm):
    pass


class AddEmailForm(InOurWords, allauth_forms.AddEmailForm):
    pass


class ChangeEmailForm(InOurWords, allauth_forms.ChangeEmailForm):
    pass
