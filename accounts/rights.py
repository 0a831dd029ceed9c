"""What a person may do with people and organisations: one predicate for each question."""

from __future__ import annotations

from typing import Any

from accounts.models import (
    JoinRequest,
    Organisation,
    Partnership,
    Role,
    Verification,
)
from accounts.readers import reader_for

COORDINATOR = Role.Kind.COORDINATOR.value
REPRESENTATIVE = Role.Kind.REPRESENTATIVE.value


def coordinates(user: Any, organisation: Organisation) -> bool:
    """Whether `user` is in charge of the coordination of the organisation today."""
    return reader_for(user).has_role(COORDINATOR, organisation.pk)


def represents(user: Any, organisation: Organisation) -> bool:
    """Whether `user` may commit the organisation today."""
    return reader_for(user).has_role(REPRESENTATIVE, organisation.pk)


def can_invite(user: Any, organisation: Organisation) -> bool:
    """Whether `user` may invite people: coordination, or an association's representative."""
    if organisation.closed_at is not None:
        return False
    return coordinates(user, organisation) or (
        organisation.is_association and represents(user, organisation)
    )


def can_decide_verification(user: Any, verification: Verification) -> bool:
    """Whether `user` may verify or refuse: the coordination of the collectivité that is asked."""
    return coordinates(user, verification.by)


def can_ask_verification(user: Any, association: Organisation) -> bool:
    """Whether `user` may ask another collectivité to verify the association."""
    return association.is_association and represents(user, association)


def can_answer_join_request(user: Any, request: JoinRequest) -> bool:
    """Whether `user` may let a person act for the association.

    Its representatives may, and the coordination of a collectivité that verified it; never the
    person who asks.
    """
    if not user.is_authenticated or request.user_id == user.pk:
        return False
    if represents(user, request.association):
        return True
    verifiers = Verification.objects.live().filter(association=request.association_id)
    coordinated = reader_for(user).organisations_with_role(COORDINATOR)
    return bool(coordinated) and verifiers.filter(by__in=coordinated).exists()


def can_answer_partnership(user: Any, partnership: Partnership) -> bool:
    return coordinates(user, partnership.partner)


def can_end_partnership(user: Any, partnership: Partnership) -> bool:
    """Either side may end it, or take back its proposal."""
    return coordinates(user, partnership.partner) or coordinates(user, partnership.proposer)


def can_manage_people(user: Any, organisation: Organisation) -> bool:
    """Whether `user` may begin and end roles and memberships there, never change an account."""
    return (
        organisation.is_public_body
        and organisation.closed_at is None
        and coordinates(user, organisation)
    )
