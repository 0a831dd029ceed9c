"""The look and the name of the site that a request is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from home import colours
from home.contact import contact_links
from home.site_settings import SiteIdentity

DEFAULT_MARK = "heart-handshake"


@dataclass(frozen=True)
class Identity:
    name: str
    tagline: str = ""
    logo_url: str = ""
    mark: str = DEFAULT_MARK
    accent: str = "#0f5d63"
    second: str = "#f0b13a"
    footer_text: str = ""
    whom_to_ask: str = ""
    accessibility_state: str = "non conforme"

    @property
    def theme_version(self) -> str:
        return theme_version(self.accent, self.second)


def theme_version(accent: str, second: str) -> str:
    """Return what the address of the style sheet ends with: new colours show at once."""
    return sha256(f"{accent} {second}".encode()).hexdigest()[:8]


def identity_for(request: HttpRequest) -> Identity:
    """Return the identity of the request's site, which came with the site itself."""
    known = getattr(request, "_identity", None)
    if known is None:
        known = request._identity = _build(request)  # type: ignore[attr-defined]
    return known


def _build(request: HttpRequest) -> Identity:
    collectivite = getattr(request, "collectivite", None)
    site = getattr(request, "site", None)
    name = settings.PLATFORM_NAME
    if collectivite:
        name = (site.site_name if site else "") or collectivite.short_name
    chosen: SiteIdentity | None = getattr(site, "siteidentity", None)  # read with the site
    if chosen is None:
        return Identity(name=name)
    return Identity(
        name=name,
        tagline=chosen.tagline,
        logo_url=chosen.logo_url if chosen.logo_id else "",
        mark=chosen.mark if _is_drawn(chosen.mark) else DEFAULT_MARK,
        accent=chosen.accent,
        second=chosen.second,
        footer_text=chosen.footer_text,
        whom_to_ask=contact_links(chosen.whom_to_ask),
        accessibility_state=chosen.accessibility_state,
    )


@lru_cache(maxsize=64)
def _is_drawn(mark: str) -> bool:
    return finders.find(f"icons/{mark}.svg") is not None


def _stylesheet(request: HttpRequest) -> str:
    identity = identity_for(request)
    # Read back from the database: nothing but a colour may reach a style sheet.
    accent = identity.accent if colours.is_hex(identity.accent) else Identity.accent
    second = identity.second if colours.is_hex(identity.second) else Identity.second
    return (
        f":root{{--accent:{accent};--second:{second};--on-second:{colours.on_second(second)};}}\n"
    )


def _etag(request: HttpRequest) -> str:
    return quote_etag(sha256(_stylesheet(request).encode()).hexdigest()[:20])


@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=_etag)
def site_theme(request: HttpRequest) -> HttpResponse:
    """Return the custom properties of the site as a style sheet (/theme.css)."""
    return HttpResponse(_stylesheet(request), content_type="text/css; charset=utf-8")
