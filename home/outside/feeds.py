"""What machines read of a site: its news as RSS, its map, what robots leave alone, its icon.

All of it is what anybody may read, whoever asks: nothing here depends on the reader, so that it may
be kept by caches.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from home.cards import cards_for
from home.identity import identity_for
from home.navigation import address_in
from home.queries import VisiblePageQuerySet, pages_visible_to
from home.typography import NBSP, french

MOST_IN_FEED = 30
# What one would want to hear of; sections, tracks and legal pages are found on the site.
TOLD = ("articlepage", "callpage", "eventpage", "guidepage", "newspage", "storypage")
CLOSED = ("/cms/", "/plateforme/", "/connexion/", "/coordination/", "/mon-compte/", "/recherche/")
TEN_MINUTES = 10 * 60
# XML has no way to write them, and pasted texts do hold some.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def open_pages(request: HttpRequest) -> VisiblePageQuerySet:
    """Return the pages of the request's site that it shows to everybody."""
    return pages_visible_to(AnonymousUser(), request.site)  # type: ignore[attr-defined]


class SiteFeed(Feed):
    """The newest open pages of the site."""

    feed_type = Rss201rev2Feed
    language = "fr"

    def get_object(self, request: HttpRequest) -> HttpRequest:  # type: ignore[override]
        return request

    def title(self, request: HttpRequest) -> str:
        return identity_for(request).name

    def description(self, request: HttpRequest) -> str:
        return f"Ce que publie le site «{NBSP}{identity_for(request).name}{NBSP}»."

    def link(self, request: HttpRequest) -> str:
        return "/"

    def feed_url(self, request: HttpRequest) -> str:
        return reverse("site_feed")

    def items(self, request: HttpRequest) -> list[dict[str, Any]]:
        newest = (
            open_pages(request)
            .filter(content_type__app_label="home", content_type__model__in=TOLD)
            .order_by("-first_published_at", "-pk")[:MOST_IN_FEED]
        )
        site = request.site  # type: ignore[attr-defined]
        return [
            {**card, "path": address_in(card["page"], site)} for card in cards_for(newest, request)
        ]

    def item_title(self, item: dict[str, Any]) -> str:
        return _CONTROL.sub("", french(item["title"]))

    def item_description(self, item: dict[str, Any]) -> str:
        return _CONTROL.sub("", french(item["summary"]))

    def item_link(self, item: dict[str, Any]) -> str:
        return item["path"]

    def item_pubdate(self, item: dict[str, Any]) -> datetime | None:
        return item["page"].first_published_at

    def item_updateddate(self, item: dict[str, Any]) -> datetime | None:
        return item["page"].last_published_at

    def item_categories(self, item: dict[str, Any]) -> list[str]:
        return [item["page"].kind_label]


class OpenPages(Sitemap):
    """Every open page of the site, at its address."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self) -> VisiblePageQuerySet:
        return open_pages(self.request)

    def location(self, item: Any) -> str:
        return address_in(item, self.request.site)  # type: ignore[attr-defined]

    def lastmod(self, item: Any) -> datetime | None:
        return item.last_published_at


site_feed = require_safe(cache_control(public=True, max_age=TEN_MINUTES)(SiteFeed()))


@require_safe
@cache_control(public=True, max_age=TEN_MINUTES)
def site_map_file(request: HttpRequest) -> HttpResponse:
    """Return /sitemap.xml."""
    return sitemap(request, {"pages": OpenPages(request)})


@require_safe
@cache_control(public=True, max_age=TEN_MINUTES)
def robots(request: HttpRequest) -> HttpResponse:
    """Return /robots.txt; a demonstration asks not to be indexed at all, and names no map."""
    closed = ("/",) if settings.DEMO_MODE else CLOSED
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.DEMO_MODE:
        lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('site_map_file'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Lead to the icon: some browsers and readers ask for it without reading a page."""
    return HttpResponsePermanentRedirect(static("img/favicon.ico"))
