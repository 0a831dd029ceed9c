"""What readers say, at the desk: on own pages only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import require_admin_access
from wagtail.models import Page

from home.feedback import rules
from home.feedback.models import PageFeedback
from home.feedback.queries import comments_to_read, unhelpful_pages
from home.tenancy.own import own
from home.typography import NBSP

WORDS_A_SCREEN = 30


@never_cache
@require_safe
@require_admin_access
def feedback(request: HttpRequest) -> HttpResponse:
    """Words to read, of all pages or of the one that the query names, and pages that do not help.

    A page of another collectivité narrows nothing, like one that does not exist.
    """
    site: Any = request.site  # type: ignore[attr-defined]
    about = _own_page(request.GET.get("sur", ""))
    found = comments_to_read(site.root_page.path)
    if about is not None:
        found = found.filter(page=about)
    words = Paginator(found, WORDS_A_SCREEN).get_page(request.GET.get("page"))
    context = {
        "words": words,
        "about": about,
        "query": f"sur={about.pk}" if about is not None else "",
        "unhelpful": unhelpful_pages(site),
    }
    return render(request, "home/feedback/desk.html", context)


@require_POST
@require_admin_access
def settle(request: HttpRequest) -> HttpResponse:
    """Say that a word was dealt with, or that a page was revised. Raises Http404."""
    rows: Any = own(PageFeedback.objects.all())
    if ref := request.POST.get("mot", ""):
        found = rows.filter(ref=ref[:10])
        if not found.exists():
            raise Http404
        rules.settle(found)
        messages.success(request, "C’est noté, ce mot est traité.")
        return redirect("desk_feedback")
    page = _own_page(request.POST.get("page", ""))
    if page is None:
        raise Http404
    rules.settle(rows.filter(page=page))
    messages.success(request, f"Les avis sur «{NBSP}{page.title}{NBSP}» repartent de zéro.")
    return redirect("desk_feedback")


def _own_page(number: str) -> Page | None:
    """Return the page of that number if it is the desk's."""
    if not number.isascii() or not number.isdigit() or len(number) > 12:
        return None
    return own(Page.objects.all()).filter(pk=number).first()
