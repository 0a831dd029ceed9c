"""Sheets to print and hand over: of an exchange, of a listing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import Listing
from marketplace.exchanges.models import Exchange
from marketplace.sheets import presentation
from marketplace.sheets.presentation import Sheet


@login_required
@never_cache
@require_safe
def of_exchange(request: HttpRequest, ref: str) -> HttpResponse:
    """The sheet of one side of an exchange that one may read."""
    found = get_object_or_404(Exchange.objects.visible_to(request.user).for_page(), ref=ref)
    sheet = presentation.of_exchange(found, request.user, request.GET.get("cote", ""))
    return _page(request, sheet, found.get_absolute_url(), "Revenir à l’échange")


@login_required
@never_cache
@require_safe
def of_listing(request: HttpRequest, ref: str) -> HttpResponse:
    """The sheet of a listing that one answers for, or that one wrote for somebody."""
    found = get_object_or_404(Listing.objects.kept_by(request.user).for_page(), ref=ref)
    sheet = presentation.of_listing(found)
    return _page(request, sheet, found.get_absolute_url(), "Revenir à l’annonce")


def _page(request: HttpRequest, sheet: Sheet, back: str, back_words: str) -> HttpResponse:
    return render(
        request,
        "marketplace/sheet.html",
        {"sheet": sheet, "back": back, "back_words": back_words, "today": timezone.localdate()},
    )
