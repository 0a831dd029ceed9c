"""Who hands over, who takes, and what may be noted now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.readers import reader_for
from marketplace.choices import ExchangeState, Nature, Transfer
from marketplace.exchanges import rights
from marketplace.exchanges.handover import checklists
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.handover.queries import AFTER_THE_END
from marketplace.exchanges.models import Exchange
from marketplace.words import NBSP, day_words

S = ExchangeState
LENDER, TAKER = "lender", "taker"
PLACES = (Nature.DESK, Nature.PREMISES)
LEAVING, RETURN = HandOver.Moment.LEAVING, HandOver.Moment.RETURN

NOT_YOURS = f"La remise se note entre les deux parties{NBSP}: vous pouvez la lire."
OVER = f"L’échange est terminé{NBSP}: rien n’est plus à noter."
ALREADY = f"C’est déjà noté{NBSP}: voici ce qui est écrit."


def concerns_things(exchange: Exchange) -> bool:
    """Return whether something changes hands: a thing, a key, a desk; never a person's time."""
    if exchange.transfer in (Transfer.LOAN, Transfer.GIFT):
        return True
    return exchange.transfer == Transfer.HOSTING and exchange.listing.nature in PLACES


def comes_back(exchange: Exchange) -> bool:
    """Return whether it is given back: everything but what is given for good."""
    return concerns_things(exchange) and exchange.transfer != Transfer.GIFT


def is_light(exchange: Exchange) -> bool:
    """Return whether one tap is enough: a desk or a room that one booked by oneself."""
    return exchange.listing.is_booked_directly and exchange.listing.nature in PLACES


def role_of(user: Any, exchange: Exchange) -> str:
    """Return whether `user` lends or takes in this exchange, or an empty text.

    The coordination of who lends acts for its own organisation, as it answers for its things.
    """
    side = rights.side_of(user, exchange)
    if side == rights.COORDINATION:
        lends = reader_for(user).has_role("coordinator", exchange.giver_id)
        return LENDER if lends else ""
    if not side:
        return ""
    gives = rights.ANSWERING if exchange.listing.is_offer else rights.ASKING
    return LENDER if side == gives else TAKER


def taker_of(exchange: Exchange) -> User:
    return exchange.asked_by if exchange.listing.is_offer else exchange.keeper


def lender_of(exchange: Exchange) -> User:
    return exchange.keeper if exchange.listing.is_offer else exchange.asked_by


def why_not_record(user: Any, exchange: Exchange, moment: str) -> str:
    """Return why `user` may not note this moment now, or an empty text."""
    if not concerns_things(exchange):
        return "Rien ne change de mains dans cet échange."
    if not role_of(user, exchange):
        return NOT_YOURS
    noted = {one.moment for one in exchange.hand_overs.all()}
    if moment in noted:
        return ALREADY
    if moment == RETURN:
        if not comes_back(exchange):
            return f"C’est un don{NBSP}: rien n’est à rendre."
        if exchange.state in AFTER_THE_END and LEAVING in noted:
            return "" if exchange.transfer == Transfer.LOAN else OVER
        if exchange.state not in (S.UNDER_WAY, S.DISPUTED):
            return f"Ce n’est pas encore parti{NBSP}: notez d’abord le départ."
        return ""
    return _why_not_leave(exchange)


def _why_not_leave(exchange: Exchange) -> str:
    # A room begins by itself when its hour comes; one may still say that one has the key.
    begun = exchange.transfer == Transfer.HOSTING and exchange.state == S.UNDER_WAY
    if exchange.state != S.CONFIRMED and not begun:
        if exchange.state == S.UNDER_WAY:
            return "C’est déjà parti."
        return "Le départ se note quand l’échange est confirmé, et avant qu’il soit terminé."
    starts = exchange.wanted_from
    # What has a calendar is somebody else's until its day.
    early = timedelta(0) if exchange.resource_id else timedelta(days=3)
    if starts and timezone.localdate(starts) > timezone.localdate() + early:
        return f"C’est prévu le {day_words(starts)}{NBSP}: le départ se note ce jour-là."
    return ""


def why_not_answer(user: Any, hand_over: HandOver) -> str:
    """Return why `user` may not agree with what was noted: it is for the other side."""
    role = role_of(user, hand_over.exchange)
    if not role:
        return NOT_YOURS
    if not hand_over.waits_for_answer:
        return f"Rien n’est à confirmer{NBSP}: un seul côté note cette étape."
    if hand_over.answer:
        return "C’est déjà confirmé."
    if role == role_of_recorder(hand_over):
        return f"Vous l’avez noté{NBSP}: c’est à l’autre côté de confirmer."
    return ""


def attests(user: Any, hand_over: HandOver) -> bool:
    """Return whether `user` has still to say that their licence is valid for what they take."""
    return (
        hand_over.moment == LEAVING
        and hand_over.licence_attested_at is None
        and checklists.wants_licence(hand_over.exchange)
        and role_of(user, hand_over.exchange) == TAKER
    )


def role_of_recorder(hand_over: HandOver) -> str:
    """Return whether it was noted by who lends or by who takes."""
    exchange = hand_over.exchange
    if exchange.giver_id == exchange.receiver_id:
        asking, answering = (TAKER, LENDER) if exchange.listing.is_offer else (LENDER, TAKER)
        if hand_over.recorded_by_id == exchange.asked_by_id:
            return asking
        # Who keeps the listing or stands in, today or then; else the coordination, which lends.
        return role_of(hand_over.recorded_by, exchange) or answering
    return LENDER if hand_over.recorded_for_id == exchange.giver_id else TAKER


def why_not_settle(user: Any, incident: Incident) -> str:
    """Return why `user` may not settle the incident: whoever lends does, or their coordination."""
    if not incident.is_open:
        return "C’est déjà réglé."
    exchange = incident.exchange
    if role_of(user, exchange) == LENDER:
        return ""
    if reader_for(user).has_role("coordinator", exchange.giver_id):
        return ""
    return f"Cet incident se règle du côté de qui prête{NBSP}: vous pouvez le suivre ici."
