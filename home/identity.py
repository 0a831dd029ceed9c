"""The look and the name of a site (deepened by the intranet's own slice)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Identity:
    name: str
    tagline: str = ""
    logo_url: str = ""
    mark: str = "heart-handshake"
    accent: str = "#0f5d63"
    second: str = "#f0b13a"
    footer_text: str = ""
    accessibility_state: str = "non conforme"


def identity_for(request: HttpRequest) -> Identity:
    """Return the identity of the request's site."""
    collectivite = getattr(request, "collectivite", None)
    if collectivite is None:
        return Identity(name=settings.PLATFORM_NAME)
    return Identity(name=collectivite.short_name)
