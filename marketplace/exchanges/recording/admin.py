"""For the platform's staff: the facts of exchanges are read, never touched."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.read_only import ReadOnly


class RecordedFactInline(ReadOnly, admin.TabularInline):
    model = RecordedFact
    extra = 0
    fields = ("kind", "quantity", "starts_on", "ends_on")


@admin.register(Record)
class RecordAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "number", "state", "said_for", "said_at", "confirmed_at")
    list_filter = ("state",)
    list_select_related = ("exchange__listing", "said_for")
    inlines = (RecordedFactInline,)
    exclude = ("note",)
    show_full_result_count = False
