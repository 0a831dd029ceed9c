"""The attestation of hours, on the screen and on paper: for oneself, or for the coordination."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Membership, Organisation
from accounts.readers import reader_for
from marketplace.recognition.attestations import has_own_time, sheets_of, years_of


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return _page(request, request.user, None)


@login_required
@require_safe
def of_member(request: HttpRequest, ref: str) -> HttpResponse:
    """The same for the coordination of whoever employs them, of that employer only."""
    bodies = reader_for(request.user).organisations_with_role("coordinator")
    membership = get_object_or_404(
        Membership.objects.filter(organisation__in=bodies).select_related("user", "organisation"),
        ref=ref,
    )
    return _page(request, membership.user, membership.organisation)


def _page(request: HttpRequest, person: Any, organisation: Organisation | None) -> HttpResponse:
    years = years_of(person, organisation)
    year = _year(request, years)
    return render(
        request,
        "marketplace/recognition/attestation.html",
        {
            "sheets": sheets_of(person, year, organisation),
            "years": years,
            "year": year,
            "person": person,
            "is_mine": organisation is None,
            "own_time": organisation is None and has_own_time(person),
            "today": timezone.localdate(),
            "breadcrumbs": [
                {"title": "Mes échanges", "url": "/mes-echanges/"}
                if organisation is None
                else {"title": "Coordination", "url": "/coordination/"},
                {"title": "Attestation d’heures", "url": ""},
            ],
        },
    )


def _year(request: HttpRequest, years: list[int]) -> int:
    """Return the year asked for, else the latest with hours. Raises Http404 for none of ours."""
    asked = request.GET.get("annee", "")
    if not asked:
        return years[0] if years else timezone.localdate().year
    # Compared as texts: what is no number, or too long a one, is none of ours.
    found = next((year for year in years if str(year) == asked), None)
    if found is None:
        raise Http404
    return found
