"""For the platform's staff: what stopped before its time is read, never touched."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.interrupting.models import Interruption
from marketplace.read_only import ReadOnly


@admin.register(Interruption)
class InterruptionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "exchange",
        "code",
        "announced_for",
        "stops_at",
        "announced_at",
        "taken_back_at",
    )
    list_filter = ("code",)
    list_select_related = ("exchange__listing", "announced_for")
    exclude = ("words",)
    show_full_result_count = False
