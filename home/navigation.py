"""Where one can go from every page (deepened by the intranet's own slice)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    active: bool = False
    icon: str = ""


def navigation_for(request: HttpRequest) -> list[Link]:
    """Return the main navigation of the request's site."""
    return [Link("Entraide", "/marche/", request.path.startswith("/marche/"))]


def footer_links_for(request: HttpRequest) -> list[Link]:
    """Return the legal links of the footer."""
    return []


def account_links_for(request: HttpRequest) -> list[Link]:
    """Return the links of the account menu, those that this person may open."""
    return []
