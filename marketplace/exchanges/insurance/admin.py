"""For the platform's staff: which certificates there are, without the files."""

from __future__ import annotations

from django.contrib import admin

from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.read_only import ReadOnly


@admin.register(InsuranceCertificate)
class InsuranceCertificateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("organisation", "insurer", "valid_until", "added_at", "warned_at")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "insurer")
    fields = ("organisation", "insurer", "valid_until", "added_at", "warned_at")
