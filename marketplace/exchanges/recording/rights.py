"""Who speaks for a side at the end of an exchange."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership, Organisation
from accounts.readers import reader_for
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.models import ANSWERING, ASKING, Record

S = ExchangeState
OTHER = {ASKING: ANSWERING, ANSWERING: ASKING}
# What stopped before its time, or was ended by a mediation, was done until then.
SAYABLE = (S.UNDER_WAY, S.INTERRUPTED, S.COMPLETED, S.CLOSED)
NOT_YOURS = "Ce qui a été fait se dit entre les deux côtés de l’échange."


def side_for(user: Any, exchange: Exchange) -> str:
    """Return for which side `user` speaks (`asking`, `answering`), or an empty text.

    The coordination stands in for somebody of its organisation who has left, and for nobody else.
    """
    side = rights.side_of(user, exchange)
    if side != rights.COORDINATION:
        return side
    coordinated = reader_for(user).organisations_with_role("coordinator")
    sides = {
        ASKING: (exchange.asked_by_id, exchange.asked_for_id),
        ANSWERING: (exchange.keeper_id, exchange.listing.organisation_id),
    }
    for one, (person, organisation) in sides.items():
        if organisation in coordinated and _has_left(person, organisation):
            return one
    return ""


def _has_left(person_id: int, organisation_id: int) -> bool:
    there = Membership.objects.live().filter(user=person_id, organisation=organisation_id)
    return not there.exists()


def organisation_of(side: str, exchange: Exchange) -> Organisation:
    """Return for which organisation that side speaks."""
    return exchange.asked_for if side == ASKING else exchange.listing.organisation


def why_not_say(user: Any, exchange: Exchange, record: Record | None) -> str:
    """Return why `user` may not say what was done, or an empty text."""
    if exchange.listing.is_booked_directly:
        return "Une réservation se termine d’elle-même : il n’y a rien à dire ici."
    if exchange.state not in SAYABLE or not _leaves_to_say(exchange):
        return "Ce qui a été fait se dit pendant l’échange, ou quand il vient de s’arrêter."
    if record is not None and record.state != Record.State.SAID:
        return "C’est déjà dit et confirmé."
    return "" if side_for(user, exchange) else NOT_YOURS


def _leaves_to_say(exchange: Exchange) -> bool:
    """Return whether it may have ended with nothing said: else what is completed was said."""
    return exchange.state not in (S.COMPLETED, S.CLOSED) or exchange.mediations.exists()


def why_not_confirm(user: Any, exchange: Exchange, record: Record | None) -> str:
    """Return why `user` may not confirm: it is for the side that did not say it."""
    if record is None or record.state != Record.State.SAID or exchange.state not in SAYABLE:
        return "Il n’y a plus rien à confirmer ici."
    side = side_for(user, exchange)
    if not side:
        return NOT_YOURS
    if side == record.side or record.said_by_id == user.pk:
        return "Vous l’avez dit : c’est à l’autre côté de le confirmer."
    return ""
