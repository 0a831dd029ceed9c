"""The site map: every page that the reader may see, as a tree."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from home.queries import pages_visible_to


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    root = request.site.root_page  # type: ignore[attr-defined]
    pages = pages_visible_to(request.user, request.site).filter(  # type: ignore[attr-defined]
        depth__gt=root.depth
    )
    context: dict[str, Any] = {
        "branches": _tree(list(pages), request),
        "breadcrumbs": [{"title": "Accueil", "url": "/"}, {"title": "Plan du site", "url": ""}],
    }
    return render(request, "home/site_map.html", context)


def _tree(pages: list[Any], request: HttpRequest) -> list[dict[str, Any]]:
    """Return the pages (in tree order) as nested {title, url, children}."""
    top: list[dict[str, Any]] = []
    by_path: dict[str, dict[str, Any]] = {}
    for page in pages:
        node = {"title": page.title, "url": page.get_url(request), "children": []}
        by_path[page.path] = node
        above = by_path.get(page.path[: -page.steplen])
        (above["children"] if above else top).append(node)
    return top
