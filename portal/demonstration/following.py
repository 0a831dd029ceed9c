"""Who follows which services, in the collectivités of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import Department, Organisation
from marketplace.catalogue.moderation import coordinators_of
from marketplace.models import DepartmentCoordinator


def load_following() -> Iterator[str]:
    """Entrust the services at the top of each intranet to its coordination; yields their names."""
    for organisation in Organisation.objects.filter(site__isnull=False).order_by("pk"):
        coordinators = list(coordinators_of([organisation.pk])[:2])
        if not coordinators:
            continue
        deputy = coordinators[1] if len(coordinators) > 1 else None
        # Two of them: the others are left to the whole coordination, as it begins everywhere.
        tops = Department.objects.filter(organisation=organisation, parent=None)[:2]
        for department in tops:
            DepartmentCoordinator.objects.get_or_create(
                department=department, defaults={"coordinator": coordinators[0], "deputy": deputy}
            )
            yield department.name
