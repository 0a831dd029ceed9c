"""The platform staff's view of people and organisations, at /plateforme/."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from accounts.models import (
    Commune,
    Department,
    Epci,
    Fact,
    Invitation,
    JoinRequest,
    Membership,
    Notice,
    Organisation,
    Partnership,
    Role,
    User,
    Verification,
)
from accounts.openid.admin import IdentityProviderAdmin
from accounts.people.arrivals import new_person
from accounts.signals import organisations_changed

__all__ = ["IdentityProviderAdmin"]

admin.site.site_header = "Plateforme"
admin.site.site_title = "Plateforme"
admin.site.index_title = "Personnes, organismes et données de référence"


class ReadOnlyAdmin(admin.ModelAdmin):
    """What staff may read and never write: it has its own rules."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PersonCreationForm(forms.ModelForm):
    """A person with an address and no password: they sign in with a code, then choose one."""

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name")

    def save(self, commit: bool = True) -> User:
        told = self.cleaned_data
        return new_person(
            told["email"],
            proven=False,
            first_name=told["first_name"],
            last_name=told["last_name"],
        )

    def save_m2m(self) -> None:  # the admin calls it after save(commit=False)
        """Nothing to save: a new person has no groups."""


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "organisation", "department")
    show_change_link = True


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = PersonCreationForm
    add_fieldsets = ((None, {"fields": ("email", "first_name", "last_name")}),)
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name")}),
        ("Profil", {"fields": ("wishes", "skills", "notice_rhythm")}),
        ("Accès", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("date_joined", "last_login", "last_seen_at", "anonymised_at")}),
    )
    readonly_fields = ("date_joined", "last_login", "last_seen_at", "anonymised_at")
    list_display = ("last_name", "first_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("last_name", "first_name")
    filter_horizontal = ()
    inlines = (MembershipInline,)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:  # a new person was saved by the form, with their address
            super().save_model(request, obj, form, change)


class FactInline(admin.TabularInline):
    model = Fact
    extra = 0
    fields = ("kind", "value", "proof", "established_on", "recorded_by", "recorded_at")
    readonly_fields = ("recorded_by", "recorded_at")


class DepartmentInline(admin.TabularInline):
    model = Department
    extra = 0
    autocomplete_fields = ("parent",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "legal_form", "commune", "siret", "closed_at")
    list_filter = ("kind", "legal_form")
    list_select_related = ("commune",)
    search_fields = ("name", "short_name", "siret", "siren", "rna")
    autocomplete_fields = ("commune",)
    prepopulated_fields = {"slug": ("short_name",)}
    readonly_fields = ("ref", "created_at")
    inlines = (FactInline, DepartmentInline)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Tell the other rooms: a name and a place are among the words of listings."""
        super().save_model(request, obj, form, change)
        if obj.site and obj.site.site_name == form.initial.get("short_name"):
            obj.site.site_name = obj.short_name  # unless its editors have named it otherwise
            obj.site.save(update_fields=["site_name"])
        organisations_changed.send(sender=Organisation, organisation_ids=[obj.pk])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Record who established a fact."""
        if formset.model is Fact:
            for fact in formset.save(commit=False):
                if fact.recorded_by_id is None:
                    fact.recorded_by = request.user
        super().save_formset(request, form, formset, change)


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation", "parent")
    list_select_related = ("organisation", "parent")
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation", "parent")


class RoleInline(admin.TabularInline):
    model = Role
    extra = 0
    autocomplete_fields = ("department",)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "organisation", "department", "starts_at", "ends_at")
    list_filter = ("organisation__kind",)
    list_select_related = ("user", "organisation", "department")
    search_fields = ("user__last_name", "user__first_name", "user__email", "organisation__name")
    autocomplete_fields = ("user", "organisation", "department")
    inlines = (RoleInline,)


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin):
    """Decided by the coordination, with letters to both sides: not from here."""

    list_display = ("association", "by", "state", "asked_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("association", "by")
    search_fields = ("association__name", "by__name")


@admin.register(Partnership)
class PartnershipAdmin(ReadOnlyAdmin):
    list_display = ("proposer", "partner", "state", "proposed_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("proposer", "partner")
    search_fields = ("proposer__name", "partner__name")


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    list_display = ("user", "association", "state", "asked_at")
    list_filter = ("state",)
    list_select_related = ("user", "association")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("ref", "organisation", "channel", "email", "created_at", "used_by")
    list_filter = ("channel",)
    list_select_related = ("organisation", "used_by")
    search_fields = ("email", "last_name", "organisation__name")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What was told and whether it left; the text belongs to its reader."""

    list_display = ("kind", "recipient", "created_at", "sent_at", "read_at")
    list_filter = ("kind",)
    list_select_related = ("recipient",)
    fields = ("kind", "recipient", "organisation", "created_at", "sent_at", "read_at")


@admin.register(Commune)
class CommuneAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "postal_codes", "population", "epci", "located")
    list_select_related = ("epci",)
    search_fields = ("name", "folded_name", "code", "postal_codes")


@admin.register(Epci)
class EpciAdmin(ReadOnlyAdmin):
    list_display = ("name", "siren", "kind", "tax_regime", "population")
    list_filter = ("kind", "tax_regime")
    search_fields = ("name", "siren")
