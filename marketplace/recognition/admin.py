"""For the platform's staff: thanks are read where they are moderated, counted here."""

from __future__ import annotations

from django.contrib import admin

from marketplace.read_only import ReadOnly
from marketplace.recognition.models import StoryOffer, ThankYou


@admin.register(ThankYou)
class ThankYouAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "for_organisation", "to_organisation", "state", "at")
    list_filter = ("state",)
    list_select_related = ("exchange__listing", "for_organisation", "to_organisation")
    fields = ("exchange", "for_organisation", "to_organisation", "state", "state_since", "at")
    show_full_result_count = False


@admin.register(StoryOffer)
class StoryOfferAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("exchange", "for_organisation", "at")
    list_select_related = ("exchange__listing", "for_organisation")
    fields = ("exchange", "for_organisation", "at")
    show_full_result_count = False
