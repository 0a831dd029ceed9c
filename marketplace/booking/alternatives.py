"""When it is taken: the same hours on other days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from marketplace.booking.models import Resource
from marketplace.booking.opening import moment
from marketplace.booking.rules import Period, why_not_then
from marketplace.booking.usage import usage_of

# As many as one reads at a glance, as far as one plans.
SHOWN = 3
DAYS_AHEAD = 60


def other_days(
    resource: Resource, wanted: Period, *, now: datetime | None = None, shown: int = SHOWN
) -> list[Period]:
    """Return the next periods of the same length, at the same hours, that are free: one query.

    `resource` comes from `for_calendar`.
    """
    now = now or timezone.now()
    candidates = list(_later(wanted))
    usage = usage_of(resource, candidates[0].starts, candidates[-1].ends + resource.buffer, at=now)
    free: list[Period] = []
    for period in candidates:
        if why_not_then(resource, period, now):
            continue
        if usage.free(period.starts, period.ends + resource.buffer) >= wanted.quantity:
            free.append(period)
        if len(free) == shown:
            break
    return free


def _later(wanted: Period) -> Iterator[Period]:
    """Yield the period moved on by one day, two days…, at the hours that clocks show."""
    first, last = timezone.localtime(wanted.starts), timezone.localtime(wanted.ends)
    for number in range(1, DAYS_AHEAD + 1):
        later = timedelta(days=number)
        starts = moment(first.date() + later, first.time())
        ends = moment(last.date() + later, last.time())
        if starts < ends:
            yield Period(starts, ends, wanted.quantity)
