"""Where one can go from every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import Role
from accounts.readers import reader_for
from home.frame.links import chosen_links, followed, wanted_pages
from home.identity import identity_for
from home.queries import is_inside, pages_visible_to
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
    """Return the main navigation: what the site's editors chose, else its sections; then Entraide.

    Only what the reader may open.
    """
    links = _chosen(request, "menu")
    if links is None:
        links = [
            Link(page.title, url, _is_here(request, url))
            for page, url in top_pages(request)
            if page.show_in_menus
        ]
    if any(link.url == MARKETPLACE for link in links):
        return links
    return [*links, Link("Entraide", MARKETPLACE, _is_here(request, MARKETPLACE))]


def quick_links_for(request: HttpRequest) -> list[Link]:
    """Return the quick links of the collectivité, for its own people; nothing for others."""
    if not is_inside(request.user, request.site):  # type: ignore[attr-defined]
        return []
    return _chosen(request, "quick_links") or []


def _chosen(request: HttpRequest, name: str) -> list[Link] | None:
    """Return the links of a list that the reader may follow; None when editors chose none."""
    site = request.site  # type: ignore[attr-defined]
    links = chosen_links(site, name)
    if not links:
        return None

    def address_of(page: Any) -> str:
        return address_in(page, site)

    return [
        Link(title, url, _is_here(request, url), icon)
        for title, url, icon in followed(links, _frame(request), address_of)
    ]


def address_in(page: Any, site: Any) -> str:
    """Return the path of a page of the site, without a query."""
    return "/" + page.url_path[len(site.root_page.url_path) :]


def _is_here(request: HttpRequest, url: str) -> bool:
    return request.path == url if url == "/" else request.path.startswith(url)


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
    own = _chosen(request, "footer") or []
    return [*links, *own, Link("Plan du site", site_map, request.path == site_map)]


def account_links_for(request: HttpRequest) -> list[Link]:
    """Return the links of the account menu, those that this person may open on this host."""
    user: Any = request.user
    if not user.is_authenticated:
        return []
    reader = reader_for(user)
    here = getattr(request, "collectivite", None)
    directory = here.pk in reader.public_body_ids if here else bool(reader.public_body_ids)
    entries = [
        ("Mes échanges", _path("my_exchanges", "/mes-echanges/"), "arrows-exchange"),
        ("Mes annonces", _path("my_listings", "/mes-annonces/"), "speakerphone"),
        ("Annonces gardées", _path("my_favourites", "/mes-annonces/favoris/"), "heart"),
        ("Mes recherches", _path("my_searches", "/mes-recherches/"), "search"),
        ("Mes pages", reverse("my_pages"), "bookmark"),
    ]
    if reader.association_ids:
        title = "Mon association" if len(reader.association_ids) == 1 else "Mes associations"
        entries.append((title, reverse("my_associations"), "heart-handshake"))
    if directory:
        entries.append(("Annuaire", reverse("directory"), "users"))
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
    return [(page, f"/{page.slug}/") for page in _frame(request) if page.depth == root.depth + 1]


def visible_root(request: HttpRequest) -> Any:
    """Return the home page if the reader may open it, else None; by the same query."""
    root = request.site.root_page  # type: ignore[attr-defined]
    return next((page for page in _frame(request) if page.pk == root.pk), None)


def sections_inside(request: HttpRequest) -> list[Any]:
    """Return the sections of the restricted branch that the reader may open; by the same query."""
    root = request.site.root_page  # type: ignore[attr-defined]
    kind = _section_type()
    return [
        page
        for page in _frame(request)
        if page.depth == root.depth + 2 and page.content_type_id == kind.pk
    ]


def _frame(request: HttpRequest) -> list[Any]:
    """Return the home page, those just below it and those that chosen links lead to."""
    known = getattr(request, "_frame_pages", None)
    if known is None:
        root = request.site.root_page  # type: ignore[attr-defined]
        ids, paths = wanted_pages(request)
        known = list(
            pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
            .filter(
                Q(depth__in=(root.depth, root.depth + 1))
                | Q(depth=root.depth + 2, content_type=_section_type())
                | Q(pk__in=ids)
                | Q(url_path__in=paths)
            )
            .with_restriction()
        )
        request._frame_pages = known  # type: ignore[attr-defined]
    return known


def _section_type() -> ContentType:
    return ContentType.objects.get_by_natural_key("home", "sectionpage")  # kept by Django


def _path(name: str, otherwise: str) -> str:
    """Return the address by its name; the fixed one while the room behind it is being built."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return otherwise
