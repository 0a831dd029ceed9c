"""For the platform's staff: what each organisation confirmed, read only."""

from __future__ import annotations

from django.contrib import admin

from marketplace.catalogue.protection.models import ProtectionText
from marketplace.read_only import ReadOnly


@admin.register(ProtectionText)
class ProtectionTextAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("organisation", "whose_time", "confirmed_by", "confirmed_on", "valid_until")
    list_select_related = ("organisation",)
    list_filter = ("whose_time",)
    search_fields = ("organisation__name",)
