"""For the platform's staff: what was asked together is read, never touched."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.series.models import Series
from marketplace.read_only import ReadOnly


@admin.register(Series)
class SeriesAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("ref", "every_weeks", "until", "created_at")
    search_fields = ("ref",)
    show_full_result_count = False
