"""When a resource is open: its weekly hours, less closures, public and school holidays.

Pure functions over rows that are already fetched (`Resource.objects.for_calendar()`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from marketplace.booking.models import OpeningHours, Resource
from marketplace.booking.school import is_public_holiday, is_school_holiday

ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)
# Where a day falls into two halves.
MIDDAY = time(13)


class Stretch(NamedTuple):
    """A half-open period between two aware moments."""

    starts: datetime
    ends: datetime


def stretches_on(resource: Resource, day: date) -> list[Stretch]:
    """Return when the resource is open on a local day, in order, none touching the next.

    Empty when it is closed. A day on which the clock changes has the hours that it really has.
    """
    if why_closed(resource, day):
        return []
    hours = _hours_on(resource, day)
    if not hours:
        return []
    return _joined(
        Stretch(moment(day, opens), moment(day if closes else day + ONE_DAY, closes or MIDNIGHT))
        for opens, closes in hours
    )


def why_closed(resource: Resource, day: date) -> str:
    """Return why a whole day is closed, or an empty text (which also says «no hours that day»)."""
    for closure in resource.closures.all():
        if closure.first_day <= day <= closure.last_day:
            return closure.reason or "fermé ce jour-là"
    if resource.closed_on_public_holidays and is_public_holiday(day, _department(resource)):
        return "jour férié"
    return ""


def is_open_at(resource: Resource, moment: datetime, *, as_end: bool = False) -> bool:
    """Return whether one may take it (or, `as_end`, give it back) at that moment.

    The moment of closing is good for giving back, not for taking.
    """
    day = timezone.localdate(moment)
    stretches = stretches_on(resource, day)
    if as_end:  # midnight ends the day before
        stretches += stretches_on(resource, day - ONE_DAY)
        return any(one.starts < moment <= one.ends for one in stretches)
    return any(one.starts <= moment < one.ends for one in stretches)


def is_open_throughout(resource: Resource, starts: datetime, ends: datetime) -> bool:
    """Return whether it stays open from one moment to the other."""
    at = starts
    for stretch in stretches_between(resource, starts, ends):
        if stretch.starts > at:
            return False
        at = max(at, stretch.ends)
        if at >= ends:
            return True
    return False


def stretches_between(resource: Resource, starts: datetime, ends: datetime) -> list[Stretch]:
    """Return the opening stretches of every local day that the period touches."""
    first, last = timezone.localdate(starts), timezone.localdate(ends)
    return [
        stretch
        for number in range((last - first).days + 1)
        for stretch in stretches_on(resource, first + timedelta(days=number))
    ]


def whole_days(resource: Resource, first: date, last: date) -> Stretch:
    """Return from when it opens on the first day to when it closes on the last.

    On a closed day, midnight: what has a say about closed days says it.
    """
    on_first, on_last = stretches_on(resource, first), stretches_on(resource, last)
    starts = on_first[0].starts if on_first else moment(first, MIDNIGHT)
    ends = on_last[-1].ends if on_last else moment(last + ONE_DAY, MIDNIGHT)
    return Stretch(starts, ends)


def half_day(resource: Resource, day: date, *, afternoon: bool) -> Stretch:
    """Return the opening hours before or after `MIDDAY`, as one stretch; see `whole_days`."""
    middle = moment(day, MIDDAY)
    if afternoon:
        halves = [Stretch(max(one.starts, middle), one.ends) for one in stretches_on(resource, day)]
    else:
        halves = [Stretch(one.starts, min(one.ends, middle)) for one in stretches_on(resource, day)]
    halves = [one for one in halves if one.starts < one.ends]
    if halves:
        return Stretch(halves[0].starts, halves[-1].ends)
    if afternoon:
        return Stretch(middle, moment(day + ONE_DAY, MIDNIGHT))
    return Stretch(moment(day, MIDNIGHT), middle)


def _hours_on(resource: Resource, day: date) -> list[tuple[time, time | None]]:
    rows = list(resource.opening_hours.all())
    if not rows:  # always open
        return [(MIDNIGHT, None)]
    return [
        (row.opens_at, None if row.closes_at == MIDNIGHT else row.closes_at)
        for row in rows
        if row.weekday == day.weekday() and _in_term(row, resource, day)
    ]


def _in_term(row: OpeningHours, resource: Resource, day: date) -> bool:
    if row.term == OpeningHours.Term.ALWAYS:
        return True
    off = is_school_holiday(day, resource.school_zone)
    return off == (row.term == OpeningHours.Term.HOLIDAYS)


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for one in sorted(stretches):
        if one.ends <= one.starts:  # an hour that the clock jumped over
            continue
        if joined and one.starts <= joined[-1].ends:
            joined[-1] = Stretch(joined[-1].starts, max(joined[-1].ends, one.ends))
        else:
            joined.append(one)
    return joined


def moment(day: date, at: time) -> datetime:
    """Return the local moment, in UTC; an hour that the clock jumps over is the same one later.

    Between local times of one zone, Python would not see a change of hour.
    """
    return timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)


def _department(resource: Resource) -> str:
    return resource.commune.department_code if resource.commune else ""
