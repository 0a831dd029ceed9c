"""For which collectivité the coordination works: the host decides, the platform's host asks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Membership, Organisation
from accounts.readers import reader_for
from accounts.rights import COORDINATOR, can_manage_people
from accounts.words import of_name

ONLY_COORDINATION = "Les personnes et les services sont suivis par la coordination."


def desks(request: HttpRequest) -> list[Organisation]:
    """Return the bodies whose people may be managed on this host, by name.

    On a collectivité's host, its own only: who coordinates two works in one at a time. Raises
    PermissionDenied when there is none.
    """
    found = desks_if_any(request)
    if not found:
        here = getattr(request, "collectivite", None)
        where = f" {of_name(here.short_name)}" if here else ""
        raise PermissionDenied(f"{ONLY_COORDINATION[:-1]}{where}.")
    return found


def desks_if_any(request: HttpRequest) -> list[Organisation]:
    """Return the same as `desks`, nothing for who manages nobody's people here."""
    here = getattr(request, "collectivite", None)
    if here is not None:
        found = [here]
    else:
        ids = reader_for(request.user).organisations_with_role(COORDINATOR)
        found = list(Organisation.objects.open().filter(pk__in=ids))
    return [one for one in found if can_manage_people(request.user, one)]


def desk_of(request: HttpRequest) -> Organisation:
    """Return the body that the page is about, among those of `desks`."""
    return asked_among(request, desks(request))


def asked_among(request: HttpRequest, found: list[Organisation]) -> Organisation:
    """Return the one that `?pour=` asks for, else the first."""
    asked = request.GET.get("pour", "")
    return next((one for one in found if one.ref == asked), found[0])


def own_memberships(request: HttpRequest) -> QuerySet[Membership]:
    """Return the memberships of the desks of this host, past ones too."""
    return Membership.objects.visible_to(request.user).filter(organisation__in=desks(request))


def own_membership(request: HttpRequest, ref: str) -> Membership:
    """Return one, with its person. Raises Http404: unknown and another's look alike."""
    found: Any = own_memberships(request).select_related("user", "organisation", "department")
    return get_object_or_404(found, ref=ref)
