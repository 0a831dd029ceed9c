"""The same again and again: each day of a series and what its calendar says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from marketplace.booking.alternatives import SHOWN, free_days
from marketplace.booking.models import Resource
from marketplace.booking.opening import why_closed
from marketplace.booking.rules import NotFree, Period, is_too_long, why_not_then
from marketplace.booking.shapes import Shape
from marketplace.booking.usage import usage_of
from marketplace.words import NBSP

# Beyond, one talks: a year, or a date a week for most of one.
MOST = 40
A_YEAR = timedelta(days=366)

FREE, TAKEN, CLOSED, HOLIDAY, TOO_LONG, REFUSED = (
    "free",
    "taken",
    "closed",
    "holiday",
    "too_long",
    "refused",
)
# How far around a day that is taken one looks for another.
NEAR = 6


@dataclass(frozen=True)
class Occurrence:
    """One day of a series. `words` says why not; `note` what is odd in a day that may be had."""

    day: date
    period: Period
    state: str
    words: str = ""
    note: str = ""
    other_days: tuple[Period, ...] = field(default=())

    @property
    def is_free(self) -> bool:
        return self.state == FREE


def days_of(first: date, every_weeks: int, until: date) -> list[date]:
    """Return the days from `first` to `until`, both included, every so many weeks.

    At most one more than `MOST`, for whoever counts them to say that it is too many.
    """
    days = [first]
    while len(days) <= MOST and (later := days[-1] + timedelta(weeks=every_weeks)) <= until:
        days.append(later)
    return days


def occurrences(
    resource: Resource, shape: Shape, days: Iterable[date], *, now: datetime | None = None
) -> list[Occurrence]:
    """Return each day, in order, with its state: one query, for allocations.

    A day counts what the days before it would take: a loan of ten days every week meets itself.
    `resource` comes from `for_calendar`.
    """
    now = now or timezone.now()
    found = sorted(set(days))
    if not found:
        return []
    periods = [(day, shape.on(resource, day)) for day in found]
    margin = timedelta(days=NEAR + shape.more_days + 2)
    usage = usage_of(
        resource,
        min(one.starts for _, one in periods) - margin,
        max(one.ends for _, one in periods) + margin + resource.buffer,
        at=now,
    )
    rows: list[tuple[date, Period, str, str]] = []
    for day, period in periods:
        state, words = _state(resource, period, now)
        if state == FREE:
            ends = period.ends + resource.buffer
            free = usage.free(period.starts, ends)
            if free < period.quantity:
                state, words = TAKEN, str(NotFree(free, usage.capacity))
            else:
                usage.take(period.starts, ends, period.quantity)
        rows.append((day, period, state, words))
    # Once all that is free of the series is taken, so that no other day is proposed twice over.
    return [
        Occurrence(
            day,
            period,
            state,
            words,
            note=_note(period) if state == FREE else "",
            other_days=()
            if state in (FREE, TOO_LONG)
            else tuple(
                free_days(resource, shape, _near(day), usage=usage, now=now, shown=SHOWN - 1)
            ),
        )
        for day, period, state, words in rows
    ]


def _near(day: date) -> list[date]:
    """Return the days around one, the nearest first, the later before the earlier."""
    return [day + timedelta(days=number * way) for number in range(1, NEAR + 1) for way in (1, -1)]


def _state(resource: Resource, period: Period, now: datetime) -> tuple[str, str]:
    refusal = why_not_then(resource, period, now)
    if not refusal:
        return FREE, ""
    if is_too_long(resource, period):
        return TOO_LONG, refusal
    first, last = timezone.localdate(period.starts), timezone.localdate(period.ends)
    for day in (first, last):
        if reason := why_closed(resource, day):
            return (HOLIDAY if reason == "jour férié" else CLOSED), f"Fermé{NBSP}: {reason}."
    closed = period.ends > now and period.ends > period.starts
    return (CLOSED if closed else REFUSED), refusal


def _note(period: Period) -> str:
    """Return what is odd in a period: the night when the hour changes is inside it."""
    before = timezone.localtime(period.starts).utcoffset()
    after = timezone.localtime(period.ends).utcoffset()
    if before is None or after is None or before == after:
        return ""
    which = "une heure de moins" if after > before else "une heure de plus"
    return f"changement d’heure{NBSP}: {which}, aux mêmes heures de la pendule"
