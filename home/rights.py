"""Who may do what in the intranet: one predicate a right."""

from __future__ import annotations

from typing import Any

from wagtail.models import Site

from accounts.models import Role
from accounts.readers import reader_for

DESK_ROLES = (Role.Kind.EDITOR, Role.Kind.COORDINATOR)


def can_open_desk(user: Any, site: Site | None) -> bool:
    """Return whether the person may work in `/cms/` on this site: its editors, its coordination.

    The platform's staff may too. A role elsewhere opens nothing here.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    if user.is_superuser:
        return True
    organisation = getattr(site, "organisation", None)
    if organisation is None:
        return False
    reader = reader_for(user)
    return organisation.pk in reader.organisations_with_role(*DESK_ROLES)


def can_coordinate_desk(user: Any, site: Site | None) -> bool:
    """Return whether the person is of the coordination of the site's collectivité."""
    organisation = getattr(site, "organisation", None)
    return organisation is not None and reader_for(user).has_role(
        Role.Kind.COORDINATOR, organisation.pk
    )
