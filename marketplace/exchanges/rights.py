"""Who may do what in an exchange, and for which organisation they act when they do."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from accounts.readers import reader_for
from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges import own_time
from marketplace.exchanges.handover.queries import is_out
from marketplace.exchanges.models import Exchange

S = ExchangeState
ASKING, ANSWERING, COORDINATION = "asking", "answering", "coordination"

ANSWERABLE = (S.INTRODUCTION, S.PROPOSED, S.WAITING)
AGREED = (S.AGREED, S.CONFIRMED)
# What stopped before its time still has things to give back, and words to say.
WRITABLE = (*ANSWERABLE, *AGREED, S.UNDER_WAY, S.COMPLETED, S.DISPUTED, S.INTERRUPTED)

THEIR_TIME = (
    "C’est le temps d’une autre personne : elle seule peut dire oui. Vous pouvez écrire dans la "
    "conversation, ou décliner à sa place."
)
NOT_YOURS = "Cet échange se règle entre les deux parties : vous pouvez le lire et y écrire."


def side_of(user: Any, exchange: Exchange) -> str:
    """Return on which side `user` stands: asking, answering, coordination, or an empty text."""
    reader = reader_for(user)
    owner = exchange.listing.organisation_id
    if exchange.asked_by_id == reader.user_id:
        return ASKING if exchange.asked_for_id in reader.organisation_ids else ""
    keepers = (exchange.keeper_id, exchange.listing.deputy_id)
    if owner in reader.organisation_ids and reader.user_id in keepers:
        return ANSWERING
    if owner in reader.associations_represented:
        return ANSWERING
    if exchange.asked_for_id in reader.associations_represented:
        return ASKING
    return COORDINATION if own_time.coordination_of(user, exchange) else ""


def acting_for(user: Any, exchange: Exchange) -> Organisation:
    """Return the organisation for which `user` acts in this exchange."""
    side = side_of(user, exchange)
    if side == ASKING:
        return exchange.asked_for
    if side == COORDINATION:
        return own_time.coordination_of(user, exchange) or exchange.receiver
    return exchange.listing.organisation


def why_not_answer(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not accept or decline, or an empty text.

    The coordination answers for things of its own organisation, never for a person's time.
    """
    if exchange.state not in ANSWERABLE:
        return "Cette demande a déjà reçu une réponse."
    side = side_of(user, exchange)
    if side == ANSWERING:
        return ""
    if side == COORDINATION and exchange.transfer != Transfer.TIME:
        owner = exchange.listing.organisation_id
        if reader_for(user).has_role("coordinator", owner):
            return ""
    return NOT_YOURS


def why_not_accept(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not say yes, or an empty text.

    Of an offer of somebody's time, the person alone: who stands in for them does not commit them,
    nor give their name.
    """
    if refusal := why_not_answer(user, exchange):
        return refusal
    of_person = exchange.listing.is_offer and exchange.transfer == Transfer.TIME
    if of_person and exchange.keeper_id != reader_for(user).user_id:
        return THEIR_TIME
    return ""


def can_answer(user: Any, exchange: Exchange) -> bool:
    return not why_not_answer(user, exchange)


def why_not_cancel(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not cancel: who asked may until it begins, both once agreed."""
    side = side_of(user, exchange)
    if side and _is_over(exchange):
        return "Cette réservation est passée : il n’y a plus rien à annuler."
    if side == ASKING and exchange.state in (*ANSWERABLE, *AGREED):
        return ""
    if side == ANSWERING and exchange.state in AGREED:
        return ""
    if side in (ASKING, ANSWERING):
        return "Cet échange ne peut plus être annulé."
    return NOT_YOURS


def _is_over(exchange: Exchange) -> bool:
    """Return whether it was booked in a calendar, for a time that is over."""
    over = exchange.wanted_until is not None and exchange.wanted_until <= timezone.now()
    return over and exchange.resource_id is not None and exchange.state == S.CONFIRMED


def can_cancel(user: Any, exchange: Exchange) -> bool:
    return not why_not_cancel(user, exchange)


def owes_a_reason(user: Any, exchange: Exchange) -> bool:
    """Return whether who cancels says why: once somebody counts on it.

    What one booked directly, nobody agreed to: it is freed as simply as it was taken.
    """
    booked = exchange.listing.is_booked_directly and exchange.state == S.CONFIRMED
    return exchange.state in AGREED and not (booked and side_of(user, exchange) == ASKING)


def why_not_take_offer(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not say yes to what fell free: it is for who waits."""
    if exchange.state != S.WAITING:
        return "Cette demande n’est plus en liste d’attente."
    return "" if side_of(user, exchange) == ASKING else NOT_YOURS


def why_not_write(user: Any, exchange: Exchange) -> str:
    if not side_of(user, exchange):
        return NOT_YOURS
    if exchange.state not in WRITABLE and not is_out(exchange):
        return "Cet échange est terminé : la conversation est close."
    return ""


def can_write(user: Any, exchange: Exchange) -> bool:
    return not why_not_write(user, exchange)


def why_not_add_decision(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not add the decision: it comes from the side that gives the time."""
    if exchange.state not in ANSWERABLE:
        return "La décision se dépose avant l’accord."
    if not side_of(user, exchange) or exchange.giver_id not in reader_for(user).organisation_ids:
        return "La décision est déposée par l’administration qui donne le temps."
    return ""


def can_add_decision(user: Any, exchange: Exchange) -> bool:
    return not why_not_add_decision(user, exchange)


def may_read_decision(user: Any, exchange: Exchange) -> bool:
    """Return whether `user`, who may see the exchange, may open its decision.

    It names the agent: the other side waits until the contact is accepted.
    """
    if exchange.contact_accepted_at is not None:
        return True
    return exchange.giver_id in reader_for(user).organisation_ids
