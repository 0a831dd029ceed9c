"""For the platform's staff: charters and their versions, read only."""

from __future__ import annotations

from django.contrib import admin

from marketplace.catalogue.charters.models import Charter, CharterVersion
from marketplace.read_only import ReadOnly


class CharterVersionInline(ReadOnly, admin.TabularInline):
    model = CharterVersion
    extra = 0
    fields = readonly_fields = ("number", "made_at", "changes", "text")


@admin.register(Charter)
class CharterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "organisation", "created_at")
    list_select_related = ("organisation",)
    search_fields = ("title", "organisation__name")
    inlines = (CharterVersionInline,)
