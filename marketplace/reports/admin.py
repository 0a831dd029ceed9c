"""For the platform's staff: what was reported, and what came of it; never who did."""

from __future__ import annotations

from django.contrib import admin

from marketplace.read_only import ReadOnly
from marketplace.reports.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("listing", "reason", "at", "settled_at", "outcome")
    list_filter = ("reason", "outcome")
    list_select_related = ("listing",)
    exclude = ("reported_by",)
