"""The platform's synonyms, for its staff; those of a collectivité are its coordination's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from search.models import SynonymGroup
from search.saved import admin as saved
from search.synonyms import rules
from search.unmet import admin as unmet

# Importing the modules registers their models.
__all__ = ["PlatformGroupForm", "SynonymGroupAdmin", "saved", "unmet"]


class PlatformGroupForm(forms.ModelForm):
    class Meta:
        model = SynonymGroup
        fields = ("asked", "found", "in_force")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "asked" in typed and "found" in typed:
            typed["asked"], typed["found"] = rules.check(
                typed["asked"], typed["found"], None, self.instance
            )
        return typed


@admin.register(SynonymGroup)
class SynonymGroupAdmin(admin.ModelAdmin):
    form = PlatformGroupForm
    list_display = ("asked", "found", "in_force", "edited", "changed_at")
    list_filter = ("in_force", "edited")
    search_fields = ("asked", "found")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SynonymGroup]:
        return super().get_queryset(request).filter(organisation=None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.edited = True  # the next release leaves it as it is
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What ships would come back with the next release: it is put out of force instead.
        return super().has_delete_permission(request, obj) and (obj is None or not obj.key)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}
