"""What hand-overs leave to do: what is due back, what the other side noted, damages to settle."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.days import day_end
from accounts.todos.registry import MINE, ToDo
from accounts.todos.steps import Step
from marketplace.choices import Access, ExchangeState
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.handover.queries import (
    AFTER_THE_END,
    due_at,
    late_q,
    lent_by_q,
    taken_by_q,
)
from marketplace.exchanges.handover.today import coming_back_q, kept_by, leaving_q
from marketplace.exchanges.models import Exchange
from marketplace.words import NBSP

S = ExchangeState


def _due_back(user: Any) -> QuerySet[Exchange]:
    tonight = day_end(timezone.localdate())
    due = Exchange.objects.filter(late_q(tonight), taken_by_q(user.pk)).select_related("listing")
    return due.order_by("wanted_until", "pk")


def _say_due_back(exchange: Exchange) -> ToDo:
    title = exchange.listing.display_title
    due = due_at(exchange)
    late = due is not None and due < timezone.now()
    return ToDo(
        desk=MINE,
        kind="loan_due_back",
        icon="rotate",
        text=f"{'À rendre' if late else 'À rendre aujourd’hui'}{NBSP}: {title}",
        strong=title,
        url=f"{exchange.get_absolute_url()}remise/",
        action="Noter le retour",
        since=exchange.state_since,
        due=due,
    )


def _to_hand_over(user: Any) -> QuerySet[Exchange]:
    """Return what whoever keeps it sees to today; a key box hands over alone."""
    now = timezone.now()
    found = kept_by(user).filter(leaving_q(now) | coming_back_q(now))
    by_hand = found.exclude(listing__access=Access.DIRECT, resource__isnull=False)
    return by_hand.select_related("listing", "receiver").order_by("wanted_from", "pk")


def _say_to_hand_over(exchange: Exchange) -> ToDo:
    title, who = exchange.listing.display_title, exchange.receiver.short_name
    leaves = exchange.state == S.CONFIRMED
    due = exchange.wanted_from if leaves else due_at(exchange)
    late = not leaves and due is not None and due < timezone.now()
    what = "À remettre" if leaves else ("Pas encore rendu" if late else "À récupérer aujourd’hui")
    return ToDo(
        desk=MINE,
        kind="loan_to_hand_over" if leaves else "loan_to_get_back",
        icon="calendar-check" if leaves else "rotate",
        text=f"{what}{NBSP}: {title}, {who}",
        strong=title,
        url=f"{exchange.get_absolute_url()}remise/",
        action="Noter le départ" if leaves else "Noter le retour",
        since=exchange.state_since,
        due=due,
    )


def _to_confirm(user: Any) -> QuerySet[HandOver]:
    lender, taker = _sides(user.pk)
    waits = HandOver.objects.filter(
        lender | (taker & Q(moment=HandOver.Moment.LEAVING)),
        # What is no longer taken has nothing to agree to but its return.
        Q(exchange__state__in=[S.UNDER_WAY, S.DISPUTED])
        | Q(exchange__state__in=AFTER_THE_END, moment=HandOver.Moment.RETURN),
        exchange__in=_own(user),
        waits_for_answer=True,
        answer="",
    ).exclude(recorded_by=user.pk)
    return waits.select_related("exchange__listing").order_by("at", "pk")


def _say_to_confirm(one: HandOver) -> ToDo:
    title = one.exchange.listing.display_title
    what = "le retour" if one.moment == HandOver.Moment.RETURN else "la remise"
    return ToDo(
        desk=MINE,
        kind="hand_over_to_confirm",
        icon="circle-check",
        text=f"Confirmer {what}{NBSP}: {title}",
        strong=title,
        url=f"{one.exchange.get_absolute_url()}remise/",
        action="Confirmer",
        since=one.at,
    )


def _incidents(user: Any) -> QuerySet[Incident]:
    lender, _ = _sides(user.pk)
    found = Incident.objects.filter(lender, exchange__in=_own(user), outcome="")
    return found.select_related("exchange__listing", "unit").order_by("opened_at")


def _say_incident(one: Incident) -> ToDo:
    what = str(one.unit) if one.unit else one.exchange.listing.display_title
    return ToDo(
        desk=MINE,
        kind="incident_open",
        icon="tool",
        text=f"Abîmé, à régler{NBSP}: {what}",
        strong=what,
        url=one.get_absolute_url(),
        action="Régler",
        since=one.opened_at,
    )


def _own(user: Any) -> Any:
    return Exchange.objects.of_person(user).order_by().values("pk")


def _sides(user_id: int | None) -> tuple[Q, Q]:
    """Return the conditions «lends» and «takes» on what points to an exchange."""
    lends = Exchange.objects.filter(lent_by_q(user_id)).order_by().values("pk")
    takes = Exchange.objects.filter(taken_by_q(user_id)).order_by().values("pk")
    return Q(exchange__in=lends), Q(exchange__in=takes)


STEPS = (
    Step(_due_back, _say_due_back),
    Step(_to_hand_over, _say_to_hand_over),
    Step(_to_confirm, _say_to_confirm),
    Step(_incidents, _say_incident),
)
