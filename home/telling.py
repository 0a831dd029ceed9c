"""Whom to tell of a page: who answers for it, who made it, or the editors of its collectivité."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation, Role, User
from accounts.organisations.rules import people_with_role
from accounts.periods import live_q
from home.rights import DESK_ROLES


def editors_of(organisation: Organisation) -> list[User]:
    """Return who writes for the collectivité now: its editors, or its coordination without any."""
    roles = Role.objects.live().filter(
        live_q("membership__"), membership__organisation=organisation, kind__in=DESK_ROLES
    )
    by_kind: dict[str, set[int]] = {}
    for kind, user_id in roles.values_list("kind", "membership__user_id"):
        by_kind.setdefault(kind, set()).add(user_id)
    wanted = next((by_kind[kind] for kind in DESK_ROLES if kind in by_kind), set())
    return list(User.objects.filter(pk__in=wanted, is_active=True).order_by("pk"))


def who_answers_for(page: Any, organisation: Organisation) -> list[User]:
    """Return whom to tell of a specific page: who answers for it, else who made it, as far as they
    still write here; else those who do."""
    here = {person.pk: person for person in people_with_role([organisation.pk], *DESK_ROLES)}
    for pk in (getattr(page, "author_id", None), page.owner_id):
        if pk in here:
            return [here[pk]]
    return editors_of(organisation)


def organisation_of(page: Any) -> Organisation | None:
    """Return the collectivité whose site holds the page."""
    site = page.get_site()
    return getattr(site, "organisation", None) if site else None
