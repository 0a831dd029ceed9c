"""What is out, what is late, what waits for the other side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from marketplace.booking.models import Allocation
from marketplace.booking.usage import usage_of
from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.models import Exchange

S = ExchangeState
# After that the coordination takes news.
STUCK_AFTER = timedelta(days=3)
# What ended otherwise than by its return, stopped or settled by a mediation, is still to come back.
AFTER_THE_END = (S.INTERRUPTED, S.COMPLETED, S.CLOSED)


def is_out(exchange: Exchange) -> bool:
    """Return whether what is lent has left and nobody has noted its return, whatever the state."""
    if exchange.transfer != Transfer.LOAN:
        return False
    noted = set(HandOver.objects.filter(exchange=exchange).values_list("moment", flat=True))
    return HandOver.Moment.LEAVING in noted and HandOver.Moment.RETURN not in noted


def is_given_back(exchange: Exchange) -> bool:
    """Return whether nothing of a loan is out any more: its return is noted, and agreed to.

    Who lends agrees by noting it, or by answering, whatever they say of its state; of what is not
    a loan nothing is waited for.
    """
    if exchange.transfer != Transfer.LOAN:
        return True
    back = HandOver.objects.filter(exchange=exchange, moment=HandOver.Moment.RETURN).first()
    return back is not None and not back.is_waiting


def stopped_while_out_q() -> Q:
    """Return the condition «it ended, and the thing has still to come back»."""
    left = HandOver.objects.filter(exchange=OuterRef("pk"), moment=HandOver.Moment.LEAVING)
    return Q(Exists(left), ~_back(), state__in=AFTER_THE_END, transfer=Transfer.LOAN)


def late_q(now: datetime) -> Q:
    """Return the condition «lent, due back, and nobody has noted its return».

    What ended with it still out is due back when it ended.
    """
    due = Q(~_back(), state=S.UNDER_WAY, transfer=Transfer.LOAN, wanted_until__lt=now)
    return due | (stopped_while_out_q() & Q(state_since__lt=now))


def due_at(exchange: Exchange) -> datetime | None:
    """Return when what is lent was to come back."""
    return exchange.state_since if exchange.state in AFTER_THE_END else exchange.wanted_until


def next_without_it(exchange: Exchange, now: datetime, until: datetime) -> Allocation | None:
    """Return the next booking, begun before `until`, that lacks what `exchange` has not given back.

    The next of the same unit; of what is counted, the first for which there are then too few.
    """
    kept = Allocation.objects.exclude(state=Allocation.State.RELEASED).filter(exchange=exchange)
    for row in kept.select_related("resource").order_by("pk"):
        following = (
            Allocation.objects.live(now)
            .filter(resource=row.resource, exchange__isnull=False, unit=row.unit_id)
            .filter(starts_at__gte=row.starts_at, starts_at__lt=until, returns_at__gt=now)
            .exclude(exchange=exchange)
            .select_related("unit")
            .order_by("starts_at", "pk")
        )
        for one in following:
            if row.unit_id or _too_few(row, one, now):
                return one
    return None


def _too_few(kept: Allocation, following: Allocation, now: datetime) -> bool:
    """Return whether what is kept too long is lacking when the following booking begins."""
    usage = usage_of(kept.resource, following.starts_at, following.ends_at, at=now)
    # Where the calendar still keeps it, it is counted already.
    still = kept.quantity if kept.ends_at <= following.starts_at else 0
    return usage.taken_at(following.starts_at) + still > usage.capacity


def _back() -> Exists:
    return Exists(HandOver.objects.filter(exchange=OuterRef("pk"), moment=HandOver.Moment.RETURN))


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
    soon = now + timedelta(hours=12)
    return (
        Exchange.objects.visible_to(user)
        .filter(Exists(taken), wanted_from__lt=soon)
        .filter(
            Q(state=S.UNDER_WAY)
            | Q(state=S.CONFIRMED, wanted_until__gt=now)
            | stopped_while_out_q()
        )
        .exclude(_back())
        .order_by("wanted_from", "pk")
        .first()
    )


def incidents_of(user: Any) -> Any:
    """Return the incidents that `user` may read: those of the exchanges that they may see."""
    exchanges = Exchange.objects.visible_to(user).order_by().values("pk")
    return Incident.objects.filter(exchange__in=exchanges).select_related(
        "exchange__listing__organisation",
        "exchange__listing__loan_terms",
        "exchange__offer__loan_terms",
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
