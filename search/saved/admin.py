"""For the platform's staff: why an alert came or did not; never what is looked for."""

from __future__ import annotations

from django.contrib import admin

from marketplace.read_only import ReadOnly
from search.saved.models import SavedSearch


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("ref", "owner", "organisation", "rhythm", "created_at", "told_at")
    list_filter = ("rhythm",)
    list_select_related = ("owner", "organisation")
    # The words are the person's own: nobody else reads them.
    fields = list_display
    readonly_fields = fields
    search_fields = ("ref", "organisation__name")
    show_full_result_count = False
