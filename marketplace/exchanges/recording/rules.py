"""Saying what was done, confirming it, and ending the exchange with that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.days import day_start, last_day
from accounts.models import Organisation, User
from marketplace.choices import Access, Direction, ExchangeState, Transfer
from marketplace.exchanges import transitions
from marketplace.exchanges.handover.queries import is_given_back
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.recording import telling
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.exchanges.recording.rights import (
    SAYABLE,
    organisation_of,
    side_for,
    why_not_confirm,
    why_not_say,
)
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed
from marketplace.words import NBSP, day_words

S = ExchangeState
# After two weeks without a word, what one side said stands, and is marked as such.
CONFIRM_WITHIN = timedelta(days=14)
# Then a word from each side; without it, the dossier closes by itself.
CLOSE_WITHIN = timedelta(days=21)
HOURS_OF_A_DAY = 24
CHANGED = "L’autre côté vient de changer ce qui est écrit : relisez-le avant de répondre."
UNCONTESTED = "L’autre côté n’a pas répondu : ce qui est écrit n’est pas contesté."


@dataclass(frozen=True)
class Fact:
    """A quantity of a kind (`RecordedFact.Kind`), over whole days, of a person where time is."""

    kind: str
    quantity: Decimal
    starts_on: date
    ends_on: date
    participant: Participant | None = None


def current(exchange: Exchange) -> Record | None:
    """Return the statement that counts, with its facts, or None when nobody said anything yet."""
    found = exchange.records.exclude(state=Record.State.CORRECTED)
    return (
        found.select_related("said_by", "said_for", "confirmed_by", "confirmed_for")
        .prefetch_related("facts__participant__user")
        .first()
    )


@transaction.atomic
def say(
    exchange: Exchange, actor: User, facts: Sequence[Fact], note: str = "", *, seen: int = 0
) -> Record:
    """Return the new statement, which the other side is asked to confirm.

    `seen` is the number of the one on the page (0: none). The same facts as the other side's are
    a confirmation. Raises Refused, or Overtaken when somebody spoke meanwhile.
    """
    last = current(exchange)
    if refusal := why_not_say(actor, exchange, last):
        raise Refused(refusal)
    if (last.number if last else 0) != seen:
        raise Overtaken(CHANGED)
    _check(exchange, facts)
    side = side_for(actor, exchange)
    if last is not None:
        if last.side != side and last.said_by_id != actor.pk and _same(last, facts, note):
            return confirm(exchange, actor, seen=seen)
        said = Record.objects.filter(pk=last.pk, state=Record.State.SAID)
        if not said.update(state=Record.State.CORRECTED):
            raise Overtaken(CHANGED)
    try:
        with transaction.atomic():
            record = Record.objects.create(
                exchange=exchange,
                number=seen + 1,
                side=side,
                note=note.strip(),
                said_by=actor,
                said_for=organisation_of(side, exchange),
                answer_by=timezone.now() + CONFIRM_WITHIN,
            )
    except IntegrityError:
        raise Overtaken(CHANGED) from None
    RecordedFact.objects.bulk_create(
        RecordedFact(
            record=record,
            kind=one.kind,
            quantity=one.quantity,
            participant=one.participant,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
        )
        for one in facts
    )
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    telling.said(exchange, record, correction=last is not None and last.side != side)
    return record


@transaction.atomic
def confirm(exchange: Exchange, actor: User, *, seen: int) -> Record:
    """Agree with what the other side said; the exchange is completed when nothing else is due.

    Raises Refused, or Overtaken when it is no longer what was on the page.
    """
    # Whoever gives the thing back at the same moment goes before or after: the second completes.
    exchange.state = transitions.hold(exchange).state
    record = current(exchange)
    if refusal := why_not_confirm(actor, exchange, record):
        raise Refused(refusal)
    assert record is not None  # the refusal says so  # noqa: S101
    organisation = organisation_of(side_for(actor, exchange), exchange)
    said = Record.objects.filter(pk=record.pk, number=seen, state=Record.State.SAID)
    if not said.update(
        state=Record.State.CONFIRMED,
        confirmed_by=actor,
        confirmed_for=organisation,
        confirmed_at=timezone.now(),
    ):
        raise Overtaken(CHANGED)
    record.refresh_from_db()
    if not complete_when_ready(exchange, actor, organisation):
        exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    telling.confirmed(exchange, record)
    return record


def complete_when_ready(
    exchange: Exchange, actor: User | None = None, acting_for: Organisation | None = None
) -> bool:
    """Complete what is under way once its facts stand and things are back; returns whether it did.

    Called after a confirmation and after a return.
    """
    record = current(exchange)
    settled = record is not None and record.state != Record.State.SAID
    if exchange.state != S.UNDER_WAY or not settled or not is_given_back(exchange):
        return False
    alone = record is not None and record.state == Record.State.UNCONTESTED
    transitions.move(
        exchange,
        S.COMPLETED,
        actor=actor,
        acting_for=acting_for,
        reason=UNCONTESTED if alone else "",
        reason_code="uncontested" if alone else "",
        expires_at=timezone.now() + CLOSE_WITHIN,
    )
    return True


def complete_when_back(exchange: Exchange, actor: User, acting_for: Organisation) -> bool:
    """Complete what the return that has just been noted or confirmed was the last thing due of.

    What was booked directly is over as soon as it is back, before its hour too. Returns whether it
    is done.
    """
    if exchange.state != S.UNDER_WAY:
        return False
    if exchange.listing.is_booked_directly and exchange.resource_id:
        return end_booking(exchange)
    return complete_when_ready(exchange, actor, acting_for)


def settle_due(now: datetime | None = None) -> int:
    """Let stand what nobody contested in time, complete what is ready, end direct bookings.

    Returns how many exchanges moved. Idempotent: `tick` runs it.
    """
    now = now or timezone.now()
    under_way = Exchange.objects.filter(state=S.UNDER_WAY).select_related(
        "listing__organisation", "asked_by", "asked_for", "keeper"
    )
    late = Record.objects.filter(
        state=Record.State.SAID, answer_by__lte=now, exchange__state__in=SAYABLE
    )
    for record in late:
        let_stand(record, now)
    settled = [Record.State.CONFIRMED, Record.State.UNCONTESTED]
    ready = under_way.filter(records__state__in=settled)
    direct = under_way.filter(
        listing__access=Access.DIRECT,
        listing__direction=Direction.OFFER,
        resource__isnull=False,
        wanted_until__lte=now,
    )
    done = sum(_quietly(complete_when_ready, one) for one in ready)
    return done + sum(_quietly(end_booking, one) for one in direct)


@transaction.atomic
def let_stand(record: Record, now: datetime) -> bool:
    """Mark as uncontested what the other side had time to answer; returns whether it was."""
    said = Record.objects.filter(pk=record.pk, state=Record.State.SAID, answer_by__lte=now)
    if not said.update(state=Record.State.UNCONTESTED):
        return False
    telling.uncontested(Exchange.objects.for_page().get(pk=record.exchange_id), record)
    return True


@transaction.atomic
def end_booking(exchange: Exchange) -> bool:
    """Complete and close what was booked directly, once it is over: nobody is asked anything."""
    if not is_given_back(exchange):
        return False
    for to in (S.COMPLETED, S.CLOSED):
        transitions.move(exchange, to, actor=None, acting_for=None, expires_at=None)
    return True


def _quietly(rule, exchange: Exchange) -> bool:  # type: ignore[no-untyped-def]
    """Return what the rule did; somebody who was faster has done it."""
    try:
        with transaction.atomic():
            return bool(rule(exchange))
    except Overtaken:
        return False


def last_day_of(exchange: Exchange) -> date:
    """Return the last day on which something can have been done: today, or when it stopped.

    What was lent may have come back after the end.
    """
    today = timezone.localdate()
    if exchange.state == S.UNDER_WAY or exchange.transfer == Transfer.LOAN:
        return today
    stopped_at = exchange.state_since
    # An end announced for a day is written by the first `tick` of the next one.
    if exchange.state == S.INTERRUPTED and exchange.wanted_until is not None:
        stopped_at = min(stopped_at, exchange.wanted_until)
    return min(today, last_day(stopped_at) or today)


def _check(exchange: Exchange, facts: Sequence[Fact]) -> None:
    """Raise Refused for what cannot have been."""
    last = last_day_of(exchange)
    if not facts:
        raise Refused("Dites au moins une quantité : c’est d’elle que l’on gardera trace.")
    for one in facts:
        if one.quantity <= 0:
            raise Refused("Une quantité se compte à partir de 1, ou d’un quart d’heure.")
        if one.ends_on < one.starts_on:
            raise Refused("La fin doit venir après le début.")
        if one.ends_on > timezone.localdate():
            raise Refused("Dites ce qui est déjà fait : la fin ne peut pas être à venir.")
        if one.ends_on > last:
            raise Refused(
                f"L’échange s’est arrêté le {day_words(day_start(last))}{NBSP}: dites ce qui a été "
                "fait jusque-là."
            )
        days = (one.ends_on - one.starts_on).days + 1
        if one.kind == RecordedFact.Kind.HOURS and one.quantity > days * HOURS_OF_A_DAY:
            raise Refused("C’est plus d’heures qu’il n’y en a entre ces deux jours.")
        if one.kind == RecordedFact.Kind.DAYS and one.quantity > days:
            raise Refused("C’est plus de jours qu’il n’y en a entre ces deux dates.")
        if one.participant is not None and one.participant.exchange_id != exchange.pk:
            raise Refused("Cette personne ne prend pas part à cet échange.")


def _same(record: Record, facts: Sequence[Fact], note: str) -> bool:
    written = {
        (one.kind, one.quantity, one.participant_id, one.starts_on, one.ends_on)
        for one in record.facts.all()
    }
    said = {
        (one.kind, one.quantity, getattr(one.participant, "pk", None), one.starts_on, one.ends_on)
        for one in facts
    }
    return written == said and note.strip() in ("", record.note)
