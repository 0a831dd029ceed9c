"""Wagtail's groups follow the memberships: filled and emptied here, never by hand."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from wagtail.models import Site

from accounts.models import Role
from accounts.readers import reader_for
from home.tenancy.models import Tenancy


def wanted_groups(user: Any, site: Site) -> set[int]:
    """Return the ids of the groups that the person's live roles give on this site."""
    organisation = getattr(site, "organisation", None)
    tenancy = getattr(site, "tenancy", None)
    if organisation is None or tenancy is None:
        return set()
    reader = reader_for(user)
    wanted = set()
    if reader.has_role(Role.Kind.EDITOR, organisation.pk):
        wanted.add(tenancy.editors_id)
    if reader.has_role(Role.Kind.COORDINATOR, organisation.pk):
        wanted.add(tenancy.coordinators_id)
    return wanted


def reconcile(user: Any, site: Site) -> None:
    """Put the person in exactly the groups that their roles on this site give, and in no other
    collectivité's: who belongs to two works in one at a time."""
    wanted = wanted_groups(user, site)
    held = set(user.groups.values_list("pk", flat=True))
    if held == wanted:
        return
    ours: set[int] = set()
    for pair in Tenancy.objects.filter(Q(editors__in=held) | Q(coordinators__in=held)).values_list(
        "editors_id", "coordinators_id"
    ):
        ours.update(pair)
    with transaction.atomic():
        user.groups.remove(*((held & ours) - wanted))
        user.groups.add(*(wanted - held))
