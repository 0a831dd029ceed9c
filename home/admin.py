"""Intranets at /plateforme/: opened by the same rule as `create_collectivite`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from accounts.identifiers import validate_siret
from accounts.models import Organisation
from accounts.places.fields import CommuneField
from home.models import Tenancy
from home.provisioning.opening import (
    FORMS,
    Opened,
    Opening,
    OpeningRefused,
    check_hostname,
    open_collectivite,
)

# Names and addresses are read whole; the admin's own boxes hold fifteen letters.
WIDE = ("name", "short_name", "slug", "siret", "hostname", "coordinator", "first_name", "last_name")


class OpeningForm(forms.ModelForm):
    """What it takes to open an intranet; done again, it completes what is missing."""

    name = forms.CharField(
        label="Nom complet", max_length=200, help_text="Par exemple : Ville de Metz."
    )
    short_name = forms.CharField(
        label="Nom court",
        max_length=60,
        required=False,
        help_text="Celui des boutons. Par exemple : Metz.",
    )
    slug = forms.SlugField(
        label="Identifiant",
        max_length=60,
        required=False,
        help_text="En minuscules, sans accent. Laissez vide : il est tiré du nom court.",
    )
    siret = forms.CharField(
        label="SIRET",
        max_length=30,
        validators=[validate_siret],  # with the other fields: the rule stops at the first trouble
        help_text=(
            "Quatorze chiffres. S’il est déjà connu, l’intranet de cette collectivité est "
            "complété ; ce qui a été changé depuis reste."
        ),
    )
    legal_form = forms.ChoiceField(
        label="Forme", choices=[(form, Organisation.LegalForm(form).label) for form in FORMS]
    )
    commune = CommuneField(label="Commune du siège")
    hostname = forms.CharField(
        label="Nom d’hôte",
        max_length=253,
        validators=[check_hostname],
        help_text=(
            "intranet.exemple.fr, sans https://. Ajoutez-le aussi au DNS, au certificat et à "
            "ALLOWED_HOSTS."
        ),
    )
    port = forms.IntegerField(
        label="Port", min_value=1, max_value=65535, initial=443, help_text="443 pour https."
    )
    coordinator = forms.EmailField(
        label="Adresse de la coordination",
        help_text="Un courriel lui dit que l’intranet l’attend ; un code reçu là y fait entrer.",
    )
    first_name = forms.CharField(label="Son prénom", max_length=150, required=False)
    last_name = forms.CharField(label="Son nom", max_length=150, required=False)
    with_starter = forms.BooleanField(
        label="Poser les pages de départ, à relire et à adapter", required=False, initial=True
    )

    class Meta:
        model = Tenancy
        fields = ()

    opened: Opened

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WIDE:
            self.fields[name].widget.attrs["class"] = "vTextField"

    def clean(self) -> dict[str, Any]:
        """Open the intranet here: what refuses it is shown at its field, with nothing saved."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        known = {name: cleaned[name] for name in Opening.__annotations__}
        try:
            self.opened = open_collectivite(Opening(**{**known, "commune": known["commune"].code}))
        except OpeningRefused as refused:
            self.add_error(refused.field, str(refused))
        else:
            self.instance = self.opened.site.tenancy
        return cleaned

    def save(self, commit: bool = True) -> Tenancy:
        return self.instance

    def save_m2m(self) -> None:  # the admin calls it after save(commit=False)
        """Nothing to save: it is done."""


@admin.register(Tenancy)
class IntranetAdmin(admin.ModelAdmin):
    list_display = ("organisation", "address", "launch")
    search_fields = ("site__hostname", "site__organisation__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenancy]:
        return super().get_queryset(request).select_related("site__organisation")

    def get_form(
        self, request: HttpRequest, obj: Tenancy | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            return OpeningForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Tenancy | None = None) -> Any:
        if obj is None:
            return (
                (
                    "La collectivité",
                    {"fields": ("name", "short_name", "slug", "siret", "legal_form", "commune")},
                ),
                ("L’adresse du site", {"fields": ("hostname", "port")}),
                ("La coordination", {"fields": ("coordinator", "first_name", "last_name")}),
                ("Pour commencer", {"fields": ("with_starter",)}),
            )
        return ((None, {"fields": ("organisation", "address", "launch")}),)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = {
            "title": "Ouvrir un intranet",
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }
        kwargs["extra_context"] = {**shown, **(kwargs.get("extra_context") or {})}
        return super().add_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Intranets", **(extra_context or {})})

    def get_readonly_fields(self, request: HttpRequest, obj: Tenancy | None = None) -> Any:
        return () if obj is None else ("organisation", "address", "launch")

    def save_model(self, request: HttpRequest, obj: Tenancy, form: Any, change: bool) -> None:
        """Nothing: the form opened it."""

    def has_change_permission(self, request: HttpRequest, obj: Tenancy | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tenancy | None = None) -> bool:
        return False

    def response_add(
        self, request: HttpRequest, obj: Tenancy, post_url_continue: str | None = None
    ) -> HttpResponse:
        organisation = obj.site.organisation
        messages.success(
            request,
            format_html(
                "L’intranet est prêt : {}. Un courriel le dit à {}. Prochaine étape, pour la "
                "coordination : la {}.",
                organisation.name,
                request.POST.get("coordinator", "").strip(),
                _kit_link(organisation),
            ),
        )
        return HttpResponseRedirect(reverse("admin:home_tenancy_changelist"))

    @admin.display(description="collectivité", ordering="site__organisation__name")
    def organisation(self, tenancy: Tenancy) -> str:
        return str(getattr(tenancy.site, "organisation", "") or "—")

    @admin.display(description="adresse", ordering="site__hostname")
    def address(self, tenancy: Tenancy) -> str:
        url = tenancy.site.root_url
        return format_html('<a href="{0}/">{0}</a>', url)

    @admin.display(description="lancement")
    def launch(self, tenancy: Tenancy) -> str:
        organisation = getattr(tenancy.site, "organisation", None)
        return _kit_link(organisation) if organisation else "—"


def _kit_link(organisation: Organisation) -> str:
    path = reverse("launch")
    return format_html('<a href="{}{}">trousse de lancement</a>', organisation.base_url, path)
