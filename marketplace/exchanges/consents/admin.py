"""For the platform's staff: what was asked and answered, and where silence counts as a yes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from marketplace.exchanges.consents.models import Consent, TacitConsent
from marketplace.read_only import ReadOnly


@admin.register(Consent)
class ConsentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "kind", "organisation", "state", "asked_at", "decided_at")
    list_filter = ("kind", "state", "organisation")
    list_select_related = ("exchange__listing", "organisation")
    exclude = ("link_number", "notice", "words", "cover", "reason")


@admin.register(TacitConsent)
class TacitConsentAdmin(admin.ModelAdmin):
    list_display = ("organisation", "days", "set_at")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)
    readonly_fields = ("set_by", "set_at")

    def save_model(self, request: Any, obj: TacitConsent, form: Any, change: Any) -> None:
        obj.set_by = request.user
        super().save_model(request, obj, form, change)
