"""The path of an exchange: the only table of what may follow what, and the one way to move."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.booking import rules as booking
from marketplace.choices import ExchangeState
from marketplace.exchanges import waiting
from marketplace.exchanges.agreed import rules as agreed
from marketplace.exchanges.coming import places
from marketplace.exchanges.models import Exchange, ExchangeEvent
from marketplace.refusals import Overtaken
from marketplace.signals import exchange_stopped, exchanges_changed

S = ExchangeState
# What is booked directly is confirmed by itself; what is taken may be waited for.
STARTS = frozenset({S.INTRODUCTION, S.PROPOSED, S.WAITING, S.CONFIRMED})
TRANSITIONS: dict[str, frozenset[str]] = {
    S.INTRODUCTION: frozenset({S.PROPOSED, S.DECLINED, S.CANCELLED, S.EXPIRED}),
    S.PROPOSED: frozenset({S.WAITING, S.AGREED, S.DECLINED, S.CANCELLED, S.EXPIRED}),
    S.WAITING: frozenset({S.PROPOSED, S.AGREED, S.CONFIRMED, S.DECLINED, S.CANCELLED, S.EXPIRED}),
    S.AGREED: frozenset({S.CONFIRMED, S.CANCELLED}),
    # Back to «agreed»: a consent was withdrawn before it began.
    S.CONFIRMED: frozenset({S.AGREED, S.UNDER_WAY, S.CANCELLED}),
    S.UNDER_WAY: frozenset({S.COMPLETED, S.INTERRUPTED, S.DISPUTED}),
    S.DISPUTED: frozenset({S.UNDER_WAY, S.COMPLETED, S.INTERRUPTED, S.CLOSED}),
    S.COMPLETED: frozenset({S.CLOSED, S.DISPUTED}),
    S.CLOSED: frozenset(),
    S.DECLINED: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
    S.INTERRUPTED: frozenset(),
}
ENDED = frozenset(state for state, following in TRANSITIONS.items() if not following)
# What ends well keeps what it had written in the calendar.
LETS_GO = ENDED - {S.CLOSED}


@transaction.atomic
def start(exchange: Exchange, actor: User, acting_for: Organisation) -> Exchange:
    """Save a new exchange with its first event; raises IntegrityError when it is already asked."""
    if exchange.state not in STARTS:
        raise ValueError(f"an exchange does not begin as {exchange.state}")
    exchange.save(force_insert=True)
    agreed.keep(exchange)
    _record(exchange, "", actor, acting_for, "", "")
    return exchange


def hold(exchange: Exchange) -> Exchange:
    """Return the exchange, locked: two who act on it come one after the other.

    Its calendar and its slot first, as everywhere, for `move` takes them in this order; inside a
    transaction.
    """
    if exchange.resource_id:
        booking.lock([exchange.resource_id])
    if exchange.slot_id:
        places.lock(exchange.slot_id)
    return Exchange.objects.for_page().select_for_update(of=("self",)).get(pk=exchange.pk)


@transaction.atomic
def move(
    exchange: Exchange,
    to: str,
    *,
    actor: User | None,
    acting_for: Organisation | None,
    reason: str = "",
    reason_code: str = "",
    **changes: object,
) -> Exchange:
    """Make one transition and write its event; returns the exchange as it now is.

    Of two who try at once, one wins: the other gets Overtaken, and so does who asks for what
    cannot follow the present state. `actor` is None for the passing of time. What stops frees the
    calendar, unless the thing is still out, and the next in line is told.
    """
    origin = exchange.state
    if to not in TRANSITIONS[origin]:
        raise Overtaken(
            f"L’échange est maintenant « {exchange.get_state_display()} » : ce n’est plus possible."
        )
    if exchange.resource_id:
        booking.lock([exchange.resource_id])
    slot = places.lock(exchange.slot_id) if exchange.slot_id else None
    if slot:
        changes |= places.following(exchange, slot, to, stops=to in LETS_GO)
    updated = Exchange.objects.filter(pk=exchange.pk, state=origin).update(
        state=to, state_since=timezone.now(), reason=reason, **changes
    )
    if not updated:
        raise Overtaken
    exchange.refresh_from_db(fields=["state", "state_since", "reason", *changes])
    agreed.keep(exchange)
    _record(exchange, origin, actor, acting_for, reason, reason_code)
    if to in LETS_GO and exchange.resource_id:
        waiting.let_go(exchange)
    if slot and to in LETS_GO:
        places.offer_next(slot)
    if to == S.INTERRUPTED or (origin == S.DISPUTED and to in (S.COMPLETED, S.CLOSED)):
        exchange_stopped.send(sender=Exchange, exchange=exchange)
    return exchange


def _record(
    exchange: Exchange,
    origin: str,
    actor: User | None,
    acting_for: Organisation | None,
    reason: str,
    reason_code: str,
) -> None:
    ExchangeEvent.objects.create(
        exchange=exchange,
        from_state=origin,
        to_state=exchange.state,
        actor=actor,
        for_organisation=acting_for,
        reason=reason,
        reason_code=reason_code,
    )
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
