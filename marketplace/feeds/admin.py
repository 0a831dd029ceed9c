"""For the platform's staff: who has which address, never the address."""

from __future__ import annotations

from django.contrib import admin

from marketplace.feeds.models import Feed
from marketplace.read_only import ReadOnly


@admin.register(Feed)
class FeedAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("ref", "owner", "resource", "created_at")
    list_select_related = ("owner", "resource")
    # The secret opens what its owner reads.
    fields = ("ref", "owner", "resource", "created_at")
    readonly_fields = fields
    search_fields = ("ref", "resource__name")
    show_full_result_count = False
