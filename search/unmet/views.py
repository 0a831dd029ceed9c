"""What people look for here in vain, for the coordination."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.rights import can_open_desk
from marketplace.insight.piles import bodies_of
from marketplace.paging import page_of
from marketplace.words import counted
from search.presentation import need_url
from search.query import CatalogueQuery
from search.unmet.models import Demand
from search.unmet.rules import LEAST

PER_PAGE = 25
FEW = 5


def demands_of(request: HttpRequest) -> QuerySet[Demand]:
    """Return what the coordination of this host may read."""
    here = request.collectivite  # type: ignore[attr-defined]
    bodies = bodies_of(request.user, here.pk if here else None)
    return Demand.objects.visible_to(request.user).filter(organisation__in=bodies)


def first_lines(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the lines of the first demands, for the desk."""
    return [_line(one) for one in demands_of(request)[:FEW]]


def _line(demand: Demand) -> dict[str, Any]:
    number = (demand.season.month + 2) // 3
    return {
        "words": demand.words,
        "askers": counted(demand.askers, "personne", "personnes"),
        "season": f"{number}{'er' if number == 1 else 'e'} trimestre {demand.season.year}",
        "url": CatalogueQuery(text=demand.words).address(),
        "need_url": need_url(demand.words),
    }


@login_required
@never_cache
@require_safe
def unmet(request: HttpRequest) -> HttpResponse:
    """The words that five people at least looked for in a season, and did not find."""
    here = request.collectivite  # type: ignore[attr-defined]
    if not bodies_of(request.user, here.pk if here else None):
        where = f" pour {here.short_name}" if here else ""
        raise PermissionDenied(f"Cette page est réservée à la coordination{where}.")
    page = page_of(request, demands_of(request), PER_PAGE)
    calls = can_open_desk(request.user, request.site)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "rows": [_line(one) for one in page],
        "least": LEAST,
        "call_url": CALL if calls and here else "",
    }
    return render(request, "search/unmet.html", context)


CALL = "/cms/ecrire/appel/"
