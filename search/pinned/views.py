"""The desk's page of pinned pages: those of the site whose desk it is, nobody else's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from search.pinned.forms import PinForm
from search.pinned.rules import pins_of

NBSP = "\u00a0"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_admin_access
def pins(request: HttpRequest) -> HttpResponse:
    """Show what is pinned on this site, and pin one more page."""
    site: Any = request.site  # type: ignore[attr-defined]
    form = PinForm(request.POST if request.method == "POST" else None, site=site)
    if form.is_bound and form.is_valid() and form.keep():
        messages.success(request, "C’est noté, dès la prochaine recherche.")
        return redirect("desk_pins")
    context = {"form": form, "pins": pins_of(site).select_related("page")}
    return render(request, "search/pinned/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_admin_access
def pin(request: HttpRequest, pin_id: int) -> HttpResponse:
    """Change a pin of this site, or take it out. Raises Http404."""
    site: Any = request.site  # type: ignore[attr-defined]
    found = get_object_or_404(pins_of(site).select_related("page"), pk=pin_id)
    phrase = found.phrase
    if request.method == "POST" and request.POST.get("action") == "delete":
        found.delete()
        messages.success(request, f"«{NBSP}{phrase}{NBSP}» ne met plus de page en premier.")
        return redirect("desk_pins")
    form = PinForm(request.POST if request.method == "POST" else None, site=site, instance=found)
    if form.is_bound and form.is_valid() and form.keep():
        messages.success(request, "C’est changé, dès la prochaine recherche.")
        return redirect("desk_pins")
    return render(request, "search/pinned/change.html", {"form": form, "phrase": phrase})
