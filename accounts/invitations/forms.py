"""Inviting people, and accepting an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.invitations.rules import ALREADY_WAITS, MAX_PRINTED_AT_ONCE
from accounts.models import Department, Invitation, Membership, Organisation, Role
from accounts.organisations.roles import ROLE_WORDS
from accounts.people.sign_in_forms import PASSWORD_HELP
from accounts.references import new_reference
from accounts.words import of_name


def roles_for(organisation: Organisation) -> list[tuple[str, str]]:
    """Return the roles that may be given in this kind of organisation, with their words."""
    if organisation.is_association:
        return [
            (Role.Kind.AGENT.value, "bénévole : publier, répondre, participer"),
            (Role.Kind.REPRESENTATIVE.value, "représentation : engager l’association"),
        ]
    return [(kind.value, words) for kind, words in ROLE_WORDS.items()]


class InvitationForm(forms.Form):
    """Whom to invite, where, to do what, and how."""

    # Of this form as it was shown: pressed twice, it invites once.
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label="Pour rejoindre", queryset=Organisation.objects.none(), empty_label=None
    )
    channel = forms.ChoiceField(
        label="Comment",
        choices=[
            (Invitation.Channel.EMAIL, "par courriel"),
            (Invitation.Channel.PRINT, "sur papier, à remettre en main propre"),
        ],
        widget=forms.RadioSelect,
        initial=Invitation.Channel.EMAIL,
        error_messages={"required": "Choisissez courriel ou papier."},
    )
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Pour un envoi par courriel. Une adresse personnelle convient.",
        error_messages={"invalid": "Cette adresse n’est pas complète."},
    )
    number = forms.IntegerField(
        label="Nombre d’invitations à imprimer",
        required=False,
        min_value=1,
        max_value=MAX_PRINTED_AT_ONCE,
        initial=1,
        help_text="Pour le papier : chacune sert à une personne.",
        error_messages={
            "invalid": "Écrivez un nombre.",
            "min_value": "Imprimez au moins une invitation.",
            "max_value": f"Imprimez {MAX_PRINTED_AT_ONCE} invitations au plus à la fois.",
        },
    )
    first_name = forms.CharField(label="Prénom", max_length=150, required=False)
    last_name = forms.CharField(label="Nom", max_length=150, required=False)
    department = forms.ModelChoiceField(
        label="Service",
        queryset=Department.objects.none(),
        required=False,
        empty_label="sans préciser",
    )
    job_title = forms.CharField(label="Métier", max_length=120, required=False)
    roles = forms.MultipleChoiceField(
        label="Rôle",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un rôle."},
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_reference()
        self.fields["email"].asked_when = "pour le courriel"
        self.fields["organisation"].queryset = Organisation.objects.filter(
            pk__in=[organisation.pk for organisation in organisations]
        )
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0]
        self.fields["department"].queryset = Department.objects.filter(
            organisation__in=organisations
        )
        if not self.fields["department"].queryset.exists():
            del self.fields["department"]
        choices: dict[str, str] = {}
        for organisation in organisations:
            choices |= dict(roles_for(organisation))
        self.fields["roles"].choices = list(choices.items())
        self.fields["roles"].initial = [Role.Kind.AGENT.value]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        organisation = cleaned.get("organisation")
        channel = cleaned.get("channel")
        if channel == Invitation.Channel.EMAIL and not cleaned.get("email"):
            if "email" not in self.errors:
                self.add_error("email", "Écrivez l’adresse à laquelle envoyer l’invitation.")
        elif channel == Invitation.Channel.PRINT:
            cleaned["email"] = ""
            cleaned["number"] = cleaned.get("number") or 1
            named = cleaned.get("first_name") or cleaned.get("last_name")
            if cleaned["number"] > 1 and named:
                self.add_error(
                    "number",
                    "Une invitation à un nom sert à une seule personne : imprimez-en une, ou "
                    "effacez le prénom et le nom.",
                )
        if organisation is None:
            return cleaned
        allowed = dict(roles_for(organisation))
        if any(role not in allowed for role in cleaned.get("roles", [])):
            self.add_error("roles", f"Ce rôle n’existe pas dans {organisation.name}.")
        department = cleaned.get("department")
        if department and department.organisation_id != organisation.pk:
            self.add_error(
                "department", f"Ce service n’est pas celui {of_name(organisation.short_name)}."
            )
        charted = organisation.departments.exists()
        if Role.Kind.MANAGER in cleaned.get("roles", []) and charted and not department:
            self.add_error("department", "Dites quel service cette personne encadre.")
        email = cleaned.get("email")
        if email and self._is_member(email, organisation):
            self.add_error(
                "email",
                "Cette personne fait déjà partie de l’organisme. Si elle n’est jamais venue, "
                "écrivez-lui depuis les vagues d’invitations, ou dites-lui d’entrer avec un code.",
            )
        elif email and self._is_invited(email, organisation, cleaned.get("key", "")):
            self.add_error("email", ALREADY_WAITS)
        return cleaned

    @staticmethod
    def _is_invited(email: str, organisation: Organisation, key: str) -> bool:
        """Return whether it was invited, and not by the first press of this very form."""
        waiting = Invitation.objects.open().filter(email=email.lower()).exclude(ref=key)
        return waiting.filter(organisation=organisation).exists()

    @staticmethod
    def _is_member(email: str, organisation: Organisation) -> bool:
        here = Membership.objects.not_over().filter(organisation=organisation)
        return here.filter(user__email__iexact=email).exists()


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code de l’invitation",
        max_length=40,
        help_text="Douze lettres et chiffres, comme K7QM-3XRT-9PZW.",
        error_messages={"required": "Recopiez le code imprimé sur l’invitation."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class PasswordChoice(forms.Form):
    """A password, or none: codes by e-mail do as well."""

    password = forms.CharField(
        label="Mot de passe",
        required=False,
        strip=False,
        max_length=200,
        help_text=f"{PASSWORD_HELP} Laissez vide pour entrer avec un code reçu par courriel.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password
