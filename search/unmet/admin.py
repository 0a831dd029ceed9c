"""For the platform's staff: what is counted, as the coordination reads it."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from marketplace.read_only import ReadOnly
from search.unmet.models import Demand


@admin.register(Demand)
class DemandAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("words", "organisation", "season", "askers")
    list_filter = ("season",)
    list_select_related = ("organisation",)
    fields = list_display
    readonly_fields = fields
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Demand]:
        """Nobody reads what fewer than five people asked."""
        return super().get_queryset(request).exclude(words="")
