from django.contrib import admin

from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.read_only import ReadOnly


@admin.register(HandOver)
class HandOverAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "moment", "at", "condition", "answer")
    list_filter = ("moment", "condition")
    list_select_related = ("exchange__listing",)


@admin.register(Incident)
class IncidentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "unit", "opened_at", "outcome", "settled_at")
    list_filter = ("outcome",)
    list_select_related = ("exchange__listing", "unit")
