"""For the platform's staff: calendars are read; they are kept from the page of a listing."""

from __future__ import annotations

from django.contrib import admin

from marketplace.booking.models import Closure, OpeningHours, Resource, Unit
from marketplace.read_only import ReadOnly


class UnitInline(ReadOnly, admin.TabularInline):
    model = Unit
    extra = 0
    fields = ("label", "condition", "in_service")


class OpeningHoursInline(ReadOnly, admin.TabularInline):
    model = OpeningHours
    extra = 0


class ClosureInline(ReadOnly, admin.TabularInline):
    model = Closure
    extra = 0
    fields = ("first_day", "last_day", "reason")


@admin.register(Resource)
class ResourceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "organisation", "kind", "quantity", "step")
    list_filter = ("kind", "step")
    list_select_related = ("organisation",)
    search_fields = ("ref", "name", "organisation__name")
    inlines = (UnitInline, OpeningHoursInline, ClosureInline)
    show_full_result_count = False
