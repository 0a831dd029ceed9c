"""The figures of an organisation: one page, the same for coordination, managers and deciders."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.members.desk import asked_among
from accounts.models import Organisation
from accounts.readers import reader_for
from accounts.spreadsheets import table_response
from marketplace.insight import figure_words, figures

# Symmetry of information: whoever decides reads what whoever manages reads.
MAY_READ = ("coordinator", "manager", "representative")
FORMATS = {"csv": "CSV", "xlsx": "Excel"}


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show one year, the present one first."""
    organisation, found = _organisation(request)
    years = figures.years_of(organisation)
    shown = figures.figures_of(organisation, _year(request, years))
    reader = reader_for(request.user)
    return render(
        request,
        "marketplace/insight/figures.html",
        {
            "organisation": organisation,
            "organisations": found,
            "years": years,
            "figures": shown,
            "parts": figure_words.parts(shown),
            "use": figure_words.use_part(shown),
            "delay": figure_words.delay_words(shown),
            "stops": figure_words.stop_words(shown),
            "formats": FORMATS.items(),
            "coordinates": reader.has_role("coordinator", organisation.pk),
        },
    )


@login_required
@never_cache
@require_safe
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Send the same figures as a file. Raises Http404 for another format."""
    organisation, _ = _organisation(request)
    if file_format not in FORMATS:
        raise Http404
    shown = figures.figures_of(organisation, _year(request, figures.years_of(organisation)))
    rows = figure_words.sheet(shown, organisation.name)
    name = f"chiffres-{organisation.slug or organisation.ref}-{shown.year}-{timezone.localdate()}"
    return table_response(rows, name, file_format, f"Chiffres {shown.year}")


def _organisation(request: HttpRequest) -> tuple[Organisation, list[Organisation]]:
    """Return whose figures they are, among those that this person may read on this host.

    Raises PermissionDenied.
    """
    here = request.collectivite  # type: ignore[attr-defined]
    ids = reader_for(request.user).organisations_with_role(*MAY_READ)
    bodies: Any = Organisation.objects.open().public_bodies().filter(pk__in=ids)
    if here is not None:
        bodies = bodies.filter(pk=here.pk)
    found = list(bodies.order_by("name", "pk"))
    if not found:
        where = f" pour {here.short_name}" if here else ""
        raise PermissionDenied(
            "Ces chiffres sont ceux de la coordination, de l’encadrement et de la "
            f"représentation{where}."
        )
    return asked_among(request, found), found


def _year(request: HttpRequest, years: list[int]) -> int:
    """Return the year that was asked for, the present one when it is not understood."""
    asked = request.GET.get("annee", "")
    return next((year for year in years if str(year) == asked), years[0])
