"""For the platform's staff: who follows which service is read, never touched."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.following.models import DepartmentCoordinator
from marketplace.read_only import ReadOnly


@admin.register(DepartmentCoordinator)
class DepartmentCoordinatorAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("department", "coordinator", "deputy")
    list_select_related = ("department", "coordinator", "deputy")
    search_fields = ("department__name",)
    show_full_result_count = False
