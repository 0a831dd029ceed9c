"""For the platform's staff: that a mediation was asked and how it ended, never its words."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.mediation.models import Mediation
from marketplace.read_only import ReadOnly


@admin.register(Mediation)
class MediationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "asked_for", "asked_at", "taken_at", "settled_at", "outcome")
    list_filter = ("outcome",)
    list_select_related = ("exchange__listing", "asked_for")
    exclude = ("sentence",)
    show_full_result_count = False
