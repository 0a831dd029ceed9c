"""Providers of identity, at /plateforme/ only: the secret goes in and never comes out."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.openid.adapter import on_platform
from accounts.openid.models import IdentityProvider


class IdentityProviderForm(forms.ModelForm):
    new_secret = forms.CharField(
        label="Secret du client",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
        help_text="Gardé chiffré, jamais montré. Laissez vide pour garder celui qui est en place.",
    )

    class Meta:
        model = IdentityProvider
        fields = (
            "organisation",
            "is_on",
            "kind",
            "name",
            "issuer",
            "client_id",
            "email_domains",
            "opens_membership",
        )
        error_messages: ClassVar = {
            "email_domains": {"required": "Écrivez un domaine au moins, par exemple exemple.fr."}
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # Before the constraints are checked: a door that opens has its secret.
        if secret := cleaned.get("new_secret"):
            self.instance.secret = secret
        if cleaned.get("is_on") and not self.instance.encrypted_secret:
            self.add_error("new_secret", "Donnez le secret avant d’ouvrir cette connexion.")
        organisation = cleaned.get("organisation")
        if organisation is not None and not (organisation.siret or organisation.siren):
            self.add_error(
                "organisation", "Cette collectivité n’a ni SIRET ni SIREN : donnez-en un d’abord."
            )
        return cleaned


@admin.register(IdentityProvider)
class IdentityProviderAdmin(admin.ModelAdmin):
    form = IdentityProviderForm
    list_display = ("organisation", "name", "kind", "is_on", "opens_membership")
    list_filter = ("kind", "is_on")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "issuer")
    readonly_fields = ("return_address", "sign_out_address")
    fieldsets = (
        (None, {"fields": ("organisation", "kind", "name", "is_on")}),
        ("Le fournisseur", {"fields": ("issuer", "client_id", "new_secret")}),
        ("Qui entre", {"fields": ("email_domains", "opens_membership")}),
        (
            "À donner au fournisseur",
            {"fields": ("return_address", "sign_out_address")},
        ),
    )

    @admin.display(description="adresse de retour (redirect_uri)")
    def return_address(self, provider: IdentityProvider) -> str:
        return on_platform("openid_callback", provider.ref)

    @admin.display(description="adresse après la déconnexion (post_logout_redirect_uri)")
    def sign_out_address(self, provider: IdentityProvider) -> str:
        return on_platform("openid_signed_out")

    def has_delete_permission(
        self, request: HttpRequest, obj: IdentityProvider | None = None
    ) -> bool:
        """One that is on is closed first: nobody is locked out by a slip."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.is_on)


# allauth's own tables stay empty: a page to fill them would only mislead.
for model in (SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)
