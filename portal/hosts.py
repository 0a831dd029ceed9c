"""Which collectivité a request is for: the host decides, and an unknown host is refused."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.template.loader import render_to_string
from wagtail.models import Site


class HostMiddleware:
    """Put `site` and `collectivite` (None on the platform's host) on the request.

    Stock Wagtail answers an unknown host with the default site, which would show one
    collectivité's pages under any name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = find_site(request)
        if site is None:
            return HttpResponse(render_to_string("unknown_host.html"), status=404)
        request.site = site  # type: ignore[attr-defined]
        request._wagtail_site = site  # type: ignore[attr-defined]  # what Site.find_for_request reads
        request.collectivite = getattr(site, "organisation", None)  # type: ignore[attr-defined]
        return self.get_response(request)


def find_site(request: HttpRequest) -> Site | None:
    """Return the Site of the request's host name (and port, if two differ by it), or None.

    Raises DisallowedHost when ALLOWED_HOSTS refuses the name.
    """
    hostname, port = split_domain_port(request.get_host())
    sites = list(
        Site.objects.select_related(
            "root_page", "organisation__commune", "siteidentity", "sitenavigation", "sitealert"
        ).filter(hostname__iexact=hostname)
    )
    for site in sites:
        if str(site.port) == port:
            return site
    return sites[0] if sites else None
