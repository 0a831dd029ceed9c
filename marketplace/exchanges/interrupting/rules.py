"""Stopping an exchange under way: announced for a day, or at once when somebody may be hurt.

Nobody has to justify themselves beyond a reason: what was done before stays, and is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.days import day_end, day_start, last_day
from accounts.models import User
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation
from marketplace.choices import ExchangeState
from marketplace.exchanges import transitions, waiting
from marketplace.exchanges.handover.queries import is_out
from marketplace.exchanges.interrupting import notice, rights, telling
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed
from marketplace.words import NBSP, counted, day_words, last_day_words

S = ExchangeState
Code = Interruption.Code
GIVEN = (
    "Depuis l’annonce, ces dates ont été données à quelqu’un d’autre. Convenez d’une nouvelle fin "
    "dans la conversation."
)


@dataclass(frozen=True)
class Stop:
    """Why an exchange stops, and its last day (None, for safety: now)."""

    code: str
    words: str = ""
    last_day: date | None = None

    @property
    def at_once(self) -> bool:
        return self.code == Code.SAFETY


@transaction.atomic
def stop(exchange: Exchange, actor: User, wish: Stop) -> Exchange:
    """Announce the end of an exchange, or end it now for safety; returns it as it now is.

    From the day named, its calendar is free; what is out when it stops at once is free when it is
    back. Raises Refused with how to mend it, Overtaken when
    it is announced already, or stopped.
    """
    if refusal := rights.why_not_stop(actor, exchange):
        raise Refused(refusal)
    exchange = transitions.hold(exchange)
    if exchange.state != S.UNDER_WAY:
        raise Overtaken
    earlier = announced_end(exchange)
    if earlier is not None and not wish.at_once:
        day = last_day_words(earlier.stops_at)
        raise Overtaken(f"L’arrêt est déjà annoncé{NBSP}: le dernier jour est le {day}.")
    now = timezone.now()
    stops_at = now if wish.at_once else _checked(exchange, actor, wish)
    announced, _ = Interruption.objects.update_or_create(
        exchange=exchange,
        taken_back_at=None,
        defaults={
            "code": wish.code,
            "words": wish.words.strip(),
            "stops_at": stops_at,
            "planned_until": earlier.planned_until if earlier else exchange.wanted_until,
            "announced_by": actor,
            "announced_for": rights.acting_for(actor, exchange),
            "announced_at": now,
        },
    )
    _shorten(exchange, stops_at, now)
    if stops_at <= now:
        _end(exchange, announced, actor)
    else:
        exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
        telling.announced(exchange, announced, actor)
    return exchange


def announced_end(exchange: Exchange) -> Interruption | None:
    """Return the end that is announced and that nobody took back, or None."""
    return Interruption.objects.that_count().filter(exchange=exchange).first()


@transaction.atomic
def take_back(exchange: Exchange, actor: User) -> Exchange:
    """Let an exchange go on as it was agreed, after all; returns it. Everybody is told.

    Raises Refused, also when its calendar has been given to somebody else from the day named on.
    """
    exchange = transitions.hold(exchange)
    announced = announced_end(exchange)
    if refusal := rights.why_not_take_back(actor, exchange, announced):
        raise Refused(refusal)
    assert announced is not None  # the refusal says so  # noqa: S101
    if (
        not Interruption.objects.that_count()
        .filter(pk=announced.pk)
        .update(taken_back_at=timezone.now())
    ):
        raise Overtaken
    if exchange.wanted_until == announced.stops_at:
        Exchange.objects.filter(pk=exchange.pk).update(wanted_until=announced.planned_until)
        exchange.wanted_until = announced.planned_until
    _lengthen(exchange)
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    telling.taken_back(exchange, announced, actor)
    return exchange


def _lengthen(exchange: Exchange) -> None:
    """Take again in the calendar what the announcement had freed. Raises Refused."""
    if exchange.resource is None or exchange.wanted_until is None:
        return
    if _is_back(exchange):
        return
    rows = list(Allocation.objects.live().filter(exchange=exchange).select_related("resource"))
    for row in rows:
        booking.keep_longer(row, exchange.wanted_until)
        row.refresh_from_db(fields=["returns_at"])
        if row.returns_at < exchange.wanted_until:
            raise Refused(GIVEN)
    if not rows:
        period = waiting.period_of(exchange)
        try:
            booking.book(exchange.resource, period, None, exchange_id=exchange.pk, is_agreed=True)
        except booking.NotFree:
            raise Refused(GIVEN) from None


def _is_back(exchange: Exchange) -> bool:
    return exchange.hand_overs.filter(moment="return").exists()


def stop_due(now: datetime | None = None) -> int:
    """End what was announced for a day that has come; returns how many. `tick` may run it twice."""
    now = now or timezone.now()
    due = Interruption.objects.that_count().filter(stops_at__lte=now, exchange__state=S.UNDER_WAY)
    ended = 0
    for announced in due.select_related("announced_by", "exchange"):
        try:
            with transaction.atomic():
                exchange = transitions.hold(announced.exchange)
                if announced_end(exchange) != announced:
                    continue
                _end(exchange, announced, None)
        except Overtaken:
            continue
        ended += 1
    return ended


def _checked(exchange: Exchange, actor: User, wish: Stop) -> datetime:
    """Return the end of the last day. Raises Refused with what is wrong with the reason or day."""
    if wish.code not in Code.values:
        raise Refused(f"Choisissez une raison{NBSP}: l’autre côté a besoin de comprendre.")
    if wish.code == Code.OTHER and not wish.words.strip():
        raise Refused("Dites la raison en quelques mots.")
    if wish.last_day is None:
        raise Refused("Dites quel sera le dernier jour.")
    if wish.last_day < timezone.localdate():
        raise Refused(f"Ce jour est passé{NBSP}: choisissez-en un à venir.")
    first = notice.earliest(exchange, actor)
    if wish.last_day < first:
        days = counted(notice.notice_of(exchange, actor).days, "jour", "jours")
        raise Refused(
            f"Laissez {days} à l’autre côté pour s’organiser{NBSP}: pas de dernier jour avant le "
            f"{day_words(day_start(first))}. S’il y a un danger, choisissez «{NBSP}Sécurité{NBSP}»."
        )
    end = last_day(exchange.wanted_until)
    if end is not None and end >= timezone.localdate() and wish.last_day > end:
        raise Refused(f"L’échange se termine avant{NBSP}: choisissez un jour plus tôt.")
    return day_end(wish.last_day)


def _shorten(exchange: Exchange, stops_at: datetime, now: datetime) -> None:
    """Let the exchange, and what it has in a calendar, end at `stops_at`; the next are told.

    What is out now stays taken until it is back: nobody can have it meanwhile.
    """
    until = exchange.wanted_until
    begun = exchange.wanted_from is None or exchange.wanted_from < stops_at
    if begun and (until is None or until > stops_at):
        Exchange.objects.filter(pk=exchange.pk).update(wanted_until=stops_at)
        exchange.wanted_until = stops_at
    if stops_at <= now and is_out(exchange):
        return
    rows = Allocation.objects.live(now).filter(exchange=exchange).select_related("resource")
    for row in rows:
        if row.starts_at >= stops_at:
            booking.release([row], now)
        else:
            booking.back_early(row, stops_at)
    if exchange.resource is not None:
        waiting.offer_next(exchange.resource, now)


def _end(exchange: Exchange, announced: Interruption, actor: User | None) -> None:
    transitions.move(
        exchange,
        S.INTERRUPTED,
        actor=actor,
        acting_for=announced.announced_for if actor else None,
        reason=announced.reason[:1000],
        reason_code=announced.code,
    )
    telling.stopped(exchange, announced, actor)
