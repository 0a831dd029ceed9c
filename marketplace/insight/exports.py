"""Listings, things and exchanges of one organisation as a spreadsheet, for its coordination.

Names follow the rule of the pages: those of another organisation's people are not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.members.desk import desk_of
from accounts.models import Organisation
from accounts.spreadsheets import table_response
from marketplace.choices import ListingState
from marketplace.exchanges.own_time import of_bodies_q
from marketplace.models import Exchange, Listing, Resource

Rows = Iterator[list[Any]]


def listings(body: Organisation) -> Rows:
    """Yield the listings that are no drafts: headings first, two queries."""
    yield [
        "Référence", "Sens", "Nature", "Comment", "Titre", "Rubrique", "Service", "Commune",
        "Lieu", "Nombre", "Qui peut voir", "État", "En ligne depuis", "En ligne jusqu’au",
    ]  # fmt: skip
    found = Listing.objects.filter(organisation=body).exclude(state=ListingState.DRAFT)
    for one in found.select_related("category", "department", "commune").order_by("pk"):
        yield [
            one.ref, one.get_direction_display(), one.get_nature_display(),
            one.get_transfer_display(), one.title, one.category and one.category.name,
            one.department and one.department.name, one.commune and one.commune.name,
            one.place_label, one.quantity, one.get_scope_display(), one.get_state_display(),
            one.published_at, one.expires_at,
        ]  # fmt: skip


def things(body: Organisation) -> Rows:
    """Yield one row a unit, or one a thing counted by quantity: the import reads them again."""
    yield ["Code", "Nom", "Quantité", "Exemplaire", "État", "Lieu", "Service"]
    found = Resource.objects.filter(organisation=body).select_related("department")
    for one in found.prefetch_related("units").order_by("code", "name", "pk"):
        place = [one.place_label, one.department and one.department.name]
        if not one.is_itemised:
            yield [one.code, one.name, one.quantity, "", "", *place]
        for unit in one.units.all():
            yield [one.code, one.name, None, unit.label, unit.get_condition_display(), *place]


def exchanges(body: Organisation) -> Rows:
    """Yield the exchanges in which the organisation gives or receives, without persons' names.

    Not what its agents give of their own time: it has not to know.
    """
    yield [
        "Référence", "Annonce", "Donne", "Reçoit", "Comment", "Sur quel temps", "Nombre", "État",
        "Demandé le", "Du", "Au", "Dans cet état depuis",
    ]  # fmt: skip
    found = Exchange.objects.filter(of_bodies_q([body.pk]))
    for one in found.select_related("listing", "giver", "receiver").order_by("pk"):
        yield [
            one.ref, one.listing.title, one.giver.name, one.receiver.name,
            one.get_transfer_display(), one.get_whose_time_display(), one.quantity,
            one.get_state_display(), one.created_at, one.wanted_from, one.wanted_until,
            one.state_since,
        ]  # fmt: skip


TABLES: dict[str, tuple[str, Callable[[Organisation], Rows]]] = {
    "annonces": ("Annonces", listings),
    "materiel": ("Matériel", things),
    "echanges": ("Échanges", exchanges),
}


@login_required
@never_cache
@require_safe
def export(request: HttpRequest, what: str, file_format: str) -> HttpResponse:
    """Return one of the tables as CSV or XLSX."""
    organisation = desk_of(request)
    if what not in TABLES or file_format not in ("csv", "xlsx"):
        raise Http404
    title, rows = TABLES[what]
    return table_response(rows(organisation), f"{what}-{organisation.slug}", file_format, title)
