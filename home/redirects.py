"""A page that has moved is found at its new address, by those who may read it there."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.contrib.redirects.models import Redirect

from home.queries import pages_visible_to


class OwnRedirectMiddleware(RedirectMiddleware):
    """Wagtail keeps the former addresses; this one asks the door before it says the new one.

    Stock Wagtail leads anybody to `/interne/…`, which tells that the page is there. Never for good
    either: what was public may be kept inside tomorrow, and a browser would remember.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        if response.status_code != 404 or match is None or match.url_name != "wagtail_serve":
            return response
        address = former_address(request)
        if address is None:
            return response
        answer = HttpResponseRedirect(address)
        add_never_cache_headers(answer)
        return answer


def former_address(request: HttpRequest) -> str | None:
    """Return where the page that was at this address is now, if this reader may read it."""
    if "\0" in request.path:
        return None
    site: Any = request.site  # type: ignore[attr-defined]
    visible = pages_visible_to(request.user, site).order_by()
    row = (
        Redirect.objects.filter(Q(site=site) | Q(site=None))
        .filter(Q(redirect_page__in=visible) | Q(redirect_page=None))
        .filter(old_path=request.path.rstrip("/") or "/")
        .select_related("redirect_page")
        .order_by(F("site").asc(nulls_last=True))
        .first()
    )
    if row is None:
        return None
    page = row.redirect_page
    return page.get_url(request) if page else row.redirect_link or None
