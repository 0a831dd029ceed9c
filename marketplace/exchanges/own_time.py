"""An agent's own time (bénévolat): their employer has not to know of it, as they were told.

The house that gives is theirs in name only. Its coordination neither follows, reads nor counts such
an exchange, unless it receives it too: whoever receives has it followed or, of an association, one
coordinator of another house that verified it, who is named. Where the employer alone verified it,
nobody follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation, User, Verification
from accounts.readers import reader_for
from marketplace.catalogue.moderation import coordinators_of, moderating_bodies
from marketplace.choices import WhoseTime

if TYPE_CHECKING:
    from marketplace.exchanges.models import Exchange


def own_time_q() -> Q:
    """Return the condition «an agent of who gives is on their own time».

    An association employs none of its volunteers.
    """
    return Q(whose_time=WhoseTime.OWN) & ~Q(giver__kind=Organisation.Kind.ASSOCIATION)


def is_own_time(exchange: Exchange) -> bool:
    """Return whether an agent of who gives is on their own time."""
    return exchange.whose_time == WhoseTime.OWN and not exchange.giver.is_association


def of_bodies_q(bodies: Iterable[int]) -> Q:
    """Return the condition «it is the business of one of these»: of who receives, and of who gives
    but for its agents' own time.
    """
    ids = list(bodies)
    return Q(receiver__in=ids) | (Q(giver__in=ids) & ~own_time_q())


def bodies_of(exchange: Exchange) -> set[int]:
    """Return the ids of the organisations whose business it is, as `of_bodies_q`."""
    if is_own_time(exchange):
        return {exchange.receiver_id}
    return {exchange.giver_id, exchange.receiver_id}


def coordinated_q(user_id: int | None, bodies: Iterable[int]) -> Q:
    """Return the condition «this person, who coordinates these, follows it».

    For the business of these, or by name, for one of them that verified the association.
    """
    ids = list(bodies)
    verified = (
        Verification.objects.live()
        .filter(by__in=ids, association=OuterRef("receiver"))
        .exclude(by=OuterRef("giver"))
        .order_by()
    )
    return of_bodies_q(ids) | (own_time_q() & Q(Exists(verified), coordinator=user_id))


def bodies_to_follow(giver: Organisation, receiver: Organisation) -> list[int]:
    """Return the ids of those among whose coordination somebody is named for an agent's own time.

    Whoever receives first; the employer only when it receives.
    """
    bodies = dict.fromkeys([receiver.pk, *sorted(moderating_bodies(receiver))])
    return [pk for pk in bodies if pk != giver.pk or giver.pk == receiver.pk]


def verifier_of(exchange: Exchange) -> Organisation | None:
    """Return the house that verified the association, for which the named coordinator follows an
    agent's own time given to it; None where the coordination is of one of the two sides.
    """
    if exchange.coordinator_id is None or not is_own_time(exchange):
        return None
    if exchange.coordinator is None or not exchange.receiver.is_association:
        return None
    bodies = reader_for(exchange.coordinator).organisations_with_role("coordinator")
    found = (
        Verification.objects.live()
        .filter(association=exchange.receiver_id, by__in=bodies - {exchange.giver_id})
        .select_related("by")
        .order_by("pk")
        .first()
    )
    return found.by if found else None


def coordination_of(user: Any, exchange: Exchange) -> Organisation | None:
    """Return for which organisation `user` follows the exchange as its coordination, or None."""
    reader = reader_for(user)
    followed = reader.organisations_with_role("coordinator") & bodies_of(exchange)
    if exchange.giver_id in followed:
        return exchange.giver
    if exchange.receiver_id in followed:
        return exchange.receiver
    is_named = reader.user_id is not None and exchange.coordinator_id == reader.user_id
    return verifier_of(exchange) if is_named else None


def followers_of(exchange: Exchange) -> QuerySet[User]:
    """Return who follows the exchange as its coordination today."""
    today = coordinators_of(list(bodies_of(exchange))).order_by().values("pk")
    named = [exchange.coordinator_id] if verifier_of(exchange) else []
    return User.objects.filter(Q(pk__in=today) | Q(pk__in=named)).order_by("pk")
