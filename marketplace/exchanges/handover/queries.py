"""What is out, what is late, what waits for the other side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from marketplace.booking.models import Allocation
from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.models import Exchange

S = ExchangeState
# After that the coordination takes news.
STUCK_AFTER = timedelta(days=3)


def late_q(now: datetime) -> Q:
    """Return the condition «lent, due back, and nobody has noted its return»."""
    back = HandOver.objects.filter(exchange=OuterRef("pk"), moment=HandOver.Moment.RETURN)
    return Q(~Exists(back), state=S.UNDER_WAY, transfer=Transfer.LOAN, wanted_until__lt=now)


def stuck_q(now: datetime) -> Q:
    """Return the condition «late for days»."""
    return late_q(now - STUCK_AFTER)


def lent_by_q(user_id: int | None) -> Q:
    """Return the condition «this person answers for the thing» on exchanges."""
    kept = Q(keeper=user_id) | Q(listing__deputy=user_id)
    return (kept & Q(listing__direction="offer")) | Q(asked_by=user_id, listing__direction="need")


def taken_by_q(user_id: int | None) -> Q:
    """Return the condition «this person takes the thing» on exchanges."""
    kept = Q(keeper=user_id) | Q(listing__deputy=user_id)
    return Q(asked_by=user_id, listing__direction="offer") | (kept & Q(listing__direction="need"))


def having(unit_id: int, user: Any, now: datetime) -> Exchange | None:
    """Return the exchange that has the unit now, or the next one of today, if `user` may see it."""
    taken = Allocation.objects.exclude(state=Allocation.State.RELEASED).filter(
        unit=unit_id, exchange=OuterRef("pk")
    )
    back = HandOver.objects.filter(exchange=OuterRef("pk"), moment=HandOver.Moment.RETURN)
    soon = now + timedelta(hours=12)
    return (
        Exchange.objects.visible_to(user)
        .filter(Exists(taken), wanted_from__lt=soon)
        .filter(Q(state=S.UNDER_WAY) | Q(state=S.CONFIRMED, wanted_until__gt=now))
        .exclude(Exists(back))
        .order_by("wanted_from", "pk")
        .first()
    )


def incidents_of(user: Any) -> Any:
    """Return the incidents that `user` may read: those of the exchanges that they may see."""
    exchanges = Exchange.objects.visible_to(user).order_by().values("pk")
    return Incident.objects.filter(exchange__in=exchanges).select_related(
        "exchange__listing__organisation",
        "exchange__listing__loan_terms",
        "exchange__giver",
        "exchange__receiver",
        "exchange__asked_by",
        "exchange__asked_for",
        "exchange__keeper",
        "exchange__resource",
        "unit__resource",
        "repair",
        "hand_over",
    )
