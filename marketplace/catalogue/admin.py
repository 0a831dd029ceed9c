"""For the platform's staff: categories and tags are edited here, listings are mostly read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from marketplace.catalogue import rules, transitions
from marketplace.catalogue.models import Category, Listing, ListingEvent, ListingTag
from marketplace.catalogue.slots import Slot
from marketplace.read_only import ReadOnly
from marketplace.refusals import Refused


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "parent", "icon", "position")
    list_editable = ("position",)
    list_filter = ("parent",)
    list_select_related = ("parent",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(ListingTag)
class ListingTagAdmin(admin.ModelAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)


class ListingEventInline(admin.TabularInline):
    model = ListingEvent
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "from_state", "to_state", "for_organisation", "reason")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SlotInline(ReadOnly, admin.TabularInline):
    model = Slot
    extra = 0
    fields = ("starts_at", "ends_at", "places")


@admin.register(Listing)
class ListingAdmin(admin.ModelAdmin):
    """Only the category is put right here: states move by the rules, words are the author’s."""

    list_display = (
        "title",
        "direction",
        "nature",
        "organisation",
        "scope",
        "state",
        "published_at",
    )
    list_filter = ("state", "direction", "nature", "scope")
    list_select_related = ("organisation",)
    search_fields = ("title", "ref", "organisation__name")
    inlines = (SlotInline, ListingEventInline)
    actions = ("publish_submitted",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Listing._meta.fields if field.name != "category"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Listing._meta.fields if field.name != "id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Listing, form: Any, change: bool) -> None:
        obj.save(update_fields=["category", "updated_at"])
        transitions.say_changed(obj)

    @admin.action(description="Mettre en ligne ce qui attend la relecture de la plateforme")
    def publish_submitted(self, request: HttpRequest, queryset: Any) -> None:
        done = 0
        for listing in queryset.select_related("organisation"):
            try:
                rules.approve(listing, request.user)
            except Refused as refusal:
                self.message_user(request, f"{listing} : {refusal}", messages.WARNING)
            else:
                done += 1
        self.message_user(request, f"En ligne : {done}.")
