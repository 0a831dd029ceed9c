"""For the platform's staff: that a word was said, never which."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.closing.models import Review
from marketplace.read_only import ReadOnly


@admin.register(Review)
class ReviewAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "side", "for_organisation", "not_now", "at")
    list_select_related = ("exchange__listing", "for_organisation")
    fields = ("exchange", "side", "for_organisation", "not_now", "at")
    show_full_result_count = False
