"""For the platform's staff: whether the Monday letter left, to answer who did not receive it."""

from __future__ import annotations

from django.contrib import admin

from marketplace.insight.models import MondayLetter
from marketplace.read_only import ReadOnly


@admin.register(MondayLetter)
class MondayLetterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("organisation", "coordinator", "week", "is_wanted")
    list_filter = ("is_wanted",)
    list_select_related = ("organisation", "coordinator")
    search_fields = ("organisation__name",)
    show_full_result_count = False
