"""Where one can go from every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import Role
from accounts.readers import reader_for
from home.identity import identity_for
from home.queries import pages_visible_to
from home.rights import can_open_desk

MARKETPLACE = "/marche/"
# The legal pages by their address below the home page, in the order of the footer.
LEGAL_SLUGS = ("mentions-legales", "donnees-personnelles", "accessibilite")


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    active: bool = False
    icon: str = ""


def navigation_for(request: HttpRequest) -> list[Link]:
    """Return the main navigation: the site's sections that the reader may open, then Entraide."""
    links = [
        Link(page.title, url, request.path.startswith(url))
        for page, url in top_pages(request)
        if page.show_in_menus
    ]
    return [*links, Link("Entraide", MARKETPLACE, request.path.startswith(MARKETPLACE))]


def footer_links_for(request: HttpRequest) -> list[Link]:
    """Return the legal links of the footer; the accessibility link says the state."""
    by_slug = {page.slug: (page, url) for page, url in top_pages(request)}
    links = []
    for slug in LEGAL_SLUGS:
        if slug not in by_slug:
            continue
        page, url = by_slug[slug]
        title = page.title
        if slug == "accessibilite":
            title = f"Accessibilité\u00a0: {identity_for(request).accessibility_state}"
        links.append(Link(title, url, request.path == url))
    site_map = reverse("site_map")
    return [*links, Link("Plan du site", site_map, request.path == site_map)]


def account_links_for(request: HttpRequest) -> list[Link]:
    """Return the links of the account menu, those that this person may open on this host."""
    user: Any = request.user
    if not user.is_authenticated:
        return []
    reader = reader_for(user)
    entries = [
        ("Mes échanges", _path("my_exchanges", "/mes-echanges/"), "arrows-exchange"),
        ("Mes annonces", _path("my_listings", "/mes-annonces/"), "speakerphone"),
    ]
    if reader.has_role(Role.Kind.MANAGER):
        entries.append(("Mon équipe", _path("my_team", "/mon-equipe/"), "users-group"))
    if reader.has_role(Role.Kind.COORDINATOR):
        entries.append(("Coordination", _path("coordination", "/coordination/"), "compass"))
    if can_open_desk(user, getattr(request, "site", None)):
        entries.append(("Rédaction", reverse("wagtailadmin_home"), "writing"))
    if user.is_staff:
        entries.append(("Plateforme", reverse("admin:index"), "settings"))
    entries.append(("Mon compte", _path("my_account", "/mon-compte/"), "user"))
    return [Link(title, url, request.path.startswith(url), icon) for title, url, icon in entries]


def top_pages(request: HttpRequest) -> list[tuple[Any, str]]:
    """Return the pages just below the home page that the reader may open, with their addresses.

    One query a request, shared by the navigation, the footer and the pages themselves.
    """
    root = request.site.root_page  # type: ignore[attr-defined]
    return [(page, f"/{page.slug}/") for page in _frame(request) if page.depth > root.depth]


def visible_root(request: HttpRequest) -> Any:
    """Return the home page if the reader may open it, else None; by the same query."""
    root = request.site.root_page  # type: ignore[attr-defined]
    return next((page for page in _frame(request) if page.pk == root.pk), None)


def _frame(request: HttpRequest) -> list[Any]:
    known = getattr(request, "_frame_pages", None)
    if known is None:
        root = request.site.root_page  # type: ignore[attr-defined]
        known = list(
            pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
            .filter(depth__in=(root.depth, root.depth + 1))
            .with_restriction()
        )
        request._frame_pages = known  # type: ignore[attr-defined]
    return known


def _path(name: str, otherwise: str) -> str:
    """Return the address by its name; the fixed one while the room behind it is being built."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return otherwise
