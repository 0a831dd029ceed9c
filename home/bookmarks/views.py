"""«Garder cette page», and the list of those one keeps."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from home.bookmarks import rules
from home.cards import cards_for
from home.navigation import address_in
from home.queries import visible_page_at
from home.typography import NBSP

PAGES_A_SCREEN = 20


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the page of the form's path, or let it go; then back to where one was."""
    path = request.POST.get("page", "")
    page = visible_page_at(request, path)
    if page is None or not page.specific_class.can_be_kept:
        raise Http404
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': path})}")
    if request.POST.get("garder") == "1":
        try:
            rules.keep(request.user, page)
            messages.success(request, f"La page est gardée dans «{NBSP}Mes pages{NBSP}».")
        except rules.TooMany:
            messages.error(
                request,
                f"Vous gardez déjà {rules.MOST} pages{NBSP}: enlevez-en quelques-unes de "
                f"«{NBSP}Mes pages{NBSP}», puis revenez.",
            )
    else:
        rules.let_go(request.user, page)
        messages.success(request, f"La page n’est plus dans «{NBSP}Mes pages{NBSP}».")
    back_to_list = request.POST.get("retour") == "liste"
    return redirect(reverse("my_pages") if back_to_list else path)


def _where_to_start(request: HttpRequest) -> tuple[str, str]:
    """Return the title and the address of what can be kept: the platform has no guides."""
    if visible_page_at(request, "/guides/"):
        return "Voir les guides", "/guides/"
    return "Voir le plan du site", reverse("site_map")


@never_cache
@login_required
@require_safe
def my_pages(request: HttpRequest) -> HttpResponse:
    """The pages that one keeps on this site; one that was hidden since is not there."""
    kept = rules.kept_pages(request.user, request.site)  # type: ignore[attr-defined]
    page = Paginator(kept, PAGES_A_SCREEN).get_page(request.GET.get("page"))
    return render(
        request,
        "home/my_pages.html",
        {
            "page_of_pages": page,
            "start": None if page.object_list else _where_to_start(request),
            "kept": [
                (card, address_in(card["page"], request.site))  # type: ignore[attr-defined]
                for card in cards_for(page.object_list, request)
            ],
        },
    )
