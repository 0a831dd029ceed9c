"""What hand-overs leave for someone to do: three queries a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.days import day_end
from accounts.readers import reader_for
from accounts.todos.registry import MINE, ToDo
from marketplace.choices import ExchangeState
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.handover.queries import late_q, lent_by_q, taken_by_q
from marketplace.exchanges.models import Exchange
from marketplace.words import NBSP

S = ExchangeState
LIMIT = 20


def mine(user: Any) -> Iterator[ToDo]:
    """Yield what is due back today, what the other side noted, the damages to settle."""
    reader = reader_for(user)
    if not reader.organisation_ids:
        return
    own = Exchange.objects.of_person(user).order_by().values("pk")
    yield from _due_back(reader.user_id)
    yield from _to_confirm(reader.user_id, own)
    yield from _incidents(reader.user_id, own)


def _due_back(user_id: int | None) -> Iterator[ToDo]:
    tonight = day_end(timezone.localdate())
    due = Exchange.objects.filter(late_q(tonight), taken_by_q(user_id)).select_related("listing")
    for exchange in due.order_by("wanted_until", "pk")[:LIMIT]:
        title = exchange.listing.display_title
        late = exchange.wanted_until is not None and exchange.wanted_until < timezone.now()
        yield ToDo(
            desk=MINE,
            kind="loan_due_back",
            icon="rotate",
            text=f"{'À rendre' if late else 'À rendre aujourd’hui'}{NBSP}: {title}",
            strong=title,
            url=f"{exchange.get_absolute_url()}remise/",
            action="Noter le retour",
            since=exchange.state_since,
            due=exchange.wanted_until,
        )


def _to_confirm(user_id: int | None, own: Any) -> Iterator[ToDo]:
    lender, taker = _sides(user_id)
    waits = HandOver.objects.filter(
        lender | (taker & Q(moment=HandOver.Moment.LEAVING)),
        exchange__in=own,
        waits_for_answer=True,
        answer="",
        exchange__state__in=[S.UNDER_WAY, S.DISPUTED],
    ).exclude(recorded_by=user_id)
    for one in waits.select_related("exchange__listing").order_by("at", "pk")[:LIMIT]:
        title = one.exchange.listing.display_title
        what = "le retour" if one.moment == HandOver.Moment.RETURN else "la remise"
        yield ToDo(
            desk=MINE,
            kind="hand_over_to_confirm",
            icon="circle-check",
            text=f"Confirmer {what}{NBSP}: {title}",
            strong=title,
            url=f"{one.exchange.get_absolute_url()}remise/",
            action="Confirmer",
            since=one.at,
        )


def _incidents(user_id: int | None, own: Any) -> Iterator[ToDo]:
    lender, _ = _sides(user_id)
    found = Incident.objects.filter(lender, exchange__in=own, outcome="")
    for one in found.select_related("exchange__listing", "unit").order_by("opened_at")[:LIMIT]:
        what = str(one.unit) if one.unit else one.exchange.listing.display_title
        yield ToDo(
            desk=MINE,
            kind="incident_open",
            icon="tool",
            text=f"Abîmé, à régler{NBSP}: {what}",
            strong=what,
            url=one.get_absolute_url(),
            action="Régler",
            since=one.opened_at,
        )


def _sides(user_id: int | None) -> tuple[Q, Q]:
    """Return the conditions «lends» and «takes» on what points to an exchange."""
    lends = Exchange.objects.filter(lent_by_q(user_id)).order_by().values("pk")
    takes = Exchange.objects.filter(taken_by_q(user_id)).order_by().values("pk")
    return Q(exchange__in=lends), Q(exchange__in=takes)
