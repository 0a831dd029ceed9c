"""«Rendre public», «Garder entre nous»: one screen that says what will happen, one button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access
from wagtail.models import Page

from home.audience.public_pages import public_pages_with
from home.audience.rules import (
    AudienceRefused,
    files_that_follow,
    keep_inside,
    make_public,
    may_change_audience,
    other_place,
)
from home.queries import is_reserved
from home.tenancy.own import own


@require_http_methods(["GET", "HEAD", "POST"])
@require_admin_access
def audience(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what changing the page's readers changes, and do it by POST.

    Raises Http404 for a page that is not the desk's, or that has no other side.
    """
    page: Any = get_object_or_404(own(Page.objects.all()), pk=page_id).specific
    if other_place(page) is None or not may_change_audience(request.user, page):
        raise Http404
    going_public = is_reserved(page.path)
    reasons: tuple[str, ...] = ()
    if request.method == "POST":
        change = make_public if going_public else keep_inside
        # Two tabs: the button says what one wants, not «the other».
        if request.POST.get("pour") != ("tous" if going_public else "entre-nous"):
            return redirect("desk_audience", page_id)
        try:
            change(page, request.user)
        except AudienceRefused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, said(page, going_public))
            return redirect("wagtailadmin_pages:edit", page_id)
    return render(
        request,
        "home/desk/audience.html",
        {
            "page": page,
            "going_public": going_public,
            "organisation": request.site.organisation,  # type: ignore[attr-defined]
            "files": files_that_follow(page),
            # Nobody is led to what is not published.
            "pages": public_pages_with(page) if page.live and not going_public else [],
            "reasons": reasons,
        },
        status=409 if reasons else 200,
    )


def said(page: Page, going_public: bool) -> str:
    """Return what has happened, in a sentence."""
    if going_public and page.live:
        return "Tout le monde peut maintenant lire cette page. Son ancienne adresse y mène encore."
    if going_public:
        return "Tout le monde pourra lire cette page quand elle sera publiée."
    return (
        "Cette page reste entre vous. Son ancienne adresse n’y mène plus que les personnes de "
        "votre collectivité."
    )
