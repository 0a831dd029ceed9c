"""The desks: what waits for a coordinator, what a manager's team is doing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.readers import reader_for
from marketplace.exchanges.consents.team import team
from marketplace.insight.letter_views import letters_of
from marketplace.insight.piles import overview
from marketplace.paging import page_of
from portal.desks import queries
from search.unmet.views import first_lines

PER_PAGE = 20


def _organisation_id(request: HttpRequest, role: str) -> int | None:
    """Return the collectivité whose desk this is: the host decides, the platform shows all.

    Raises PermissionDenied when this person does not hold the role there.
    """
    collectivite = request.collectivite  # type: ignore[attr-defined]
    organisation_id = collectivite.pk if collectivite else None
    if not reader_for(request.user).has_role(role, organisation_id):
        where = f" pour {collectivite.short_name}" if collectivite else ""
        label = "la coordination" if role == "coordinator" else "l’encadrement"
        raise PermissionDenied(f"Cette page est réservée à {label}{where}.")
    return organisation_id


@login_required
@require_safe
def coordination(request: HttpRequest) -> HttpResponse:
    organisation_id = _organisation_id(request, "coordinator")
    return render(
        request,
        "portal/coordination.html",
        {
            "piles": queries.piles_for(request.user),
            "overview": overview(request.user, organisation_id),
            "exchanges": queries.recent_exchanges(request.user, organisation_id),
            "letters": letters_of(request),
            "waiting": queries.never_came(request.collectivite),  # type: ignore[attr-defined]
            "demands": first_lines(request),
            "needs": queries.unmet_needs(request.user, request.collectivite),  # type: ignore[attr-defined]
        },
    )


@login_required
@require_safe
def my_team(request: HttpRequest) -> HttpResponse:
    organisation_id = _organisation_id(request, "manager")
    page = page_of(
        request,
        queries.team_exchanges(request.user, organisation_id),
        PER_PAGE,
        anchor="equipe-echanges",
    )
    return render(
        request,
        "portal/my_team.html",
        {
            "todos": queries.team_todos(request.user),
            "team": team(request, organisation_id),
            "exchanges": queries.team_lines(request.user, organisation_id, page),
            "page": page,
        },
    )
