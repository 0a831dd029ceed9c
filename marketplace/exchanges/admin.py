"""For the platform's staff: exchanges are read, never touched; conversations are not shown."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.agreed.models import AgreedTerm
from marketplace.exchanges.models import Exchange, ExchangeEvent
from marketplace.read_only import ReadOnly


class ExchangeEventInline(ReadOnly, admin.TabularInline):
    model = ExchangeEvent
    extra = 0
    fields = ("at", "from_state", "to_state", "for_organisation", "reason")


class AgreedTermInline(ReadOnly, admin.TabularInline):
    model = AgreedTerm
    extra = 0
    fields = ("label", "words")


@admin.register(Exchange)
class ExchangeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("listing", "giver", "receiver", "transfer", "state", "state_since")
    list_filter = ("state", "transfer")
    list_select_related = ("listing", "giver", "receiver")
    search_fields = ("ref", "listing__title")
    inlines = (AgreedTermInline, ExchangeEventInline)
    exclude = ("decision",)
    show_full_result_count = False
