"""What every change of a collectivité's people starts with, and how it is written down."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation, PeopleEvent, Role, User
from accounts.periods import live_q
from accounts.words import of_name


class Refused(Exception):
    """It may not be done, or no longer; the text says why and how to mend it."""


def hold(organisation: Organisation, actor: User | None) -> None:
    """Keep the organisation's people still until the transaction ends; ask the right once more.

    Two coordinators who act at once come one after the other: the second one's rights are those
    that the first one left. `actor` is None for a command of the platform. Raises Refused.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if actor is not None and not coordination(organisation).filter(user=actor).exists():
        raise Refused(
            f"Vous n’êtes plus de la coordination {of_name(organisation.short_name)} : "
            "rien n’a été changé."
        )


def coordination(organisation: Organisation) -> Any:
    """Return the memberships that coordinate the organisation now, read from the database."""
    return organisation.memberships.live().filter(
        live_q("roles__"), roles__kind=Role.Kind.COORDINATOR, user__is_active=True
    )


def record(
    organisation: Organisation,
    kind: str,
    actor: User | None,
    *,
    person: User | None = None,
    detail: str = "",
) -> None:
    """Write the change in the journal."""
    PeopleEvent.objects.create(
        organisation=organisation, kind=kind, actor=actor, person=person, detail=detail[:500]
    )
