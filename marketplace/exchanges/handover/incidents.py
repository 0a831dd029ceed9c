"""What got damaged: out of the calendar at once, until whoever lends it settles it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation, Unit
from marketplace.booking.rules import Period
from marketplace.booking.usage import usage_of
from marketplace.exchanges import waiting
from marketplace.exchanges.handover import rights, telling
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed

# How long one of what is only counted is kept out, unless it is settled before.
KEPT_OUT = timedelta(days=30)
NO_WORDS = "Dites en quelques mots comment c’est réglé."


def units_of(exchange: Exchange) -> list[Unit]:
    """Return the units that this exchange has or had, in their order."""
    taken = Allocation.objects.filter(exchange=exchange, unit__isnull=False)
    return list(Unit.objects.filter(pk__in=taken.order_by().values("unit")).order_by("position"))


def open_for(hand_over: HandOver, actor: User, unit: Unit | None = None) -> Incident:
    """Open the incident of a damage just noted; what is damaged leaves the calendar.

    Inside the transaction that noted it, the resource locked. `unit` says which of several it is;
    of several not told apart, the first.
    """
    exchange = hand_over.exchange
    mine = units_of(exchange)
    if unit is None or unit not in mine:
        unit = mine[0] if mine else None
    incident = Incident(
        exchange=exchange, hand_over=hand_over, unit=unit, words=hand_over.words, opened_by=actor
    )
    now = timezone.now()
    if unit is not None:
        Unit.objects.filter(pk=unit.pk).update(condition=Unit.Condition.BROKEN, in_service=False)
    elif exchange.resource is not None:
        incident.repair = _kept_out(exchange, actor, now)
    incident.save()
    if unit is not None:
        _find_others(incident, unit, now)
    return incident


def _kept_out(exchange: Exchange, actor: User, now: datetime) -> Allocation | None:
    """Keep one out of those that are only counted; nothing when all are promised already."""
    if exchange.resource is None:
        return None
    starts = max(now, exchange.wanted_until or now)
    if exchange.hand_overs.filter(moment=HandOver.Moment.RETURN).exists():
        starts = now
    for length in (KEPT_OUT, timedelta(days=7), timedelta(days=1)):
        try:
            with transaction.atomic():
                rows = booking.book(
                    exchange.resource,
                    Period(starts, starts + length),
                    actor,
                    purpose=Allocation.Purpose.REPAIR,
                )
        except Refused:
            continue
        return rows[0]
    return None


def _find_others(incident: Incident, unit: Unit, now: datetime) -> None:
    """Give those who reserved this very unit another one that is free, and tell who gets none."""
    to_come = (
        Allocation.objects.live(now)
        .filter(unit=unit, ends_at__gt=now, exchange__isnull=False)
        .exclude(exchange=incident.exchange_id)
        .order_by("starts_at", "pk")
    )
    for row in to_come:
        resource = type(unit.resource).objects.for_calendar().get(pk=unit.resource_id)
        free = usage_of(resource, row.starts_at, row.ends_at, at=now).free_units(
            row.starts_at, row.ends_at
        )
        exchange = Exchange.objects.for_page().get(allocations=row)
        if free:
            Allocation.objects.filter(pk=row.pk).update(unit=free[0])
            telling.other_unit(exchange, free[0])
        else:
            telling.unit_missing(exchange, unit)


def left_without(incident: Incident) -> list[Exchange]:
    """Return the exchanges to come that still count on the damaged unit, soonest first."""
    if incident.unit_id is None or not incident.is_open:
        return []
    now = timezone.now()
    rows = Allocation.objects.live(now).filter(unit=incident.unit_id, ends_at__gt=now)
    ids = rows.exclude(exchange=None).exclude(exchange=incident.exchange_id).values("exchange")
    found = Exchange.objects.filter(pk__in=ids.order_by()).for_rows()
    return list(found.order_by("wanted_from", "pk"))


@transaction.atomic
def settle(incident: Incident, actor: User, outcome: str, words: str) -> Incident:
    """Say how it ended: repaired, it may be had again at once. Raises Refused or Overtaken."""
    if refusal := rights.why_not_settle(actor, incident):
        raise Refused(refusal)
    if outcome not in Incident.Outcome.values:
        raise Refused("Dites si c’est réparé, ou hors d’usage.")
    if not words.strip():
        raise Refused(NO_WORDS)
    exchange = incident.exchange
    if exchange.resource_id:
        booking.lock([exchange.resource_id])
    now = timezone.now()
    updated = Incident.objects.filter(pk=incident.pk, outcome="").update(
        outcome=outcome, settled_by=actor, settled_at=now, settled_words=words.strip()
    )
    if not updated:
        raise Overtaken
    incident.refresh_from_db(fields=["outcome", "settled_by", "settled_at", "settled_words"])
    if outcome == Incident.Outcome.REPAIRED:
        _bring_back(incident, now)
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    telling.settled(incident, actor)
    return incident


def _bring_back(incident: Incident, now: datetime) -> None:
    exchange = incident.exchange
    if incident.unit_id:
        Unit.objects.filter(pk=incident.unit_id).update(
            condition=Unit.Condition.GOOD, in_service=True
        )
    if incident.repair is not None:
        if incident.repair.starts_at < now:
            booking.back_early(incident.repair, now)
        else:
            booking.release([incident.repair], now)
    if exchange.resource is not None:
        waiting.offer_next(exchange.resource, now)
