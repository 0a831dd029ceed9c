"""Keeping what one has ticked on a page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from home.checklists.rules import keep_ticks
from home.queries import pages_visible_to

NONE_DONE = "Vos coches sont effacées."


@require_http_methods(["GET", "HEAD", "POST"])
def tick(request: HttpRequest, page_id: int) -> HttpResponse:
    """Keep the lines that the person has ticked, and lead back to them; reading changes nothing.

    Raises Http404 for a page that the person may not read.
    """
    page = (
        pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
        .filter(pk=page_id)
        .first()
    )
    if page is None:
        raise Http404
    shown = request.POST.getlist("ligne")
    back = page.get_url(request) + (f"#liste-{shown[0]}" if shown else "")
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(back)
        count = keep_ticks(request.user, page.specific, shown, request.POST.getlist("fait"))
        messages.success(request, _said(count))
    return redirect(back)


def _said(count: int) -> str:
    if count == 0:
        return NONE_DONE
    if count == 1:
        return "Une ligne cochée : vous la retrouverez ici."
    return f"{count} lignes cochées : vous les retrouverez ici."
