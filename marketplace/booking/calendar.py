"""A month of a resource at a glance: what each day leaves free, in a word and in a colour."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from accounts.days import day_end, day_start
from marketplace.booking.models import Resource
from marketplace.booking.opening import stretches_on, why_closed
from marketplace.booking.rules import HORIZON, why_not_then
from marketplace.booking.shapes import AFTERNOON, MORNING, Shape
from marketplace.booking.usage import Piece, Usage, usage_of
from marketplace.words import counted, duration_words, figures, hours_words

WEEKDAYS = [
    ("lu", "lundi"),
    ("ma", "mardi"),
    ("me", "mercredi"),
    ("je", "jeudi"),
    ("ve", "vendredi"),
    ("sa", "samedi"),
    ("di", "dimanche"),
]
# How far ahead one looks: the school calendar is not known further.
MONTHS_AHEAD = 18
# How far one looks for a month that has something free.
MONTHS_LOOKED_AT = 4

# The least that one books, and what is said of a day that has something left but not that much.
LEAST: dict[str, tuple[Shape, ...]] = {
    Resource.Step.HALF_DAY: (Shape(half=MORNING), Shape(half=AFTERNOON)),
    Resource.Step.DAY: (Shape(),),
}
TOO_LITTLE = {
    Resource.Step.HALF_DAY: ", mais pas une demi-journée entière",
    Resource.Step.DAY: ", mais pas une journée entière",
}

PAST, CLOSED, FREE, PART, TAKEN = "past", "closed", "free", "part", "taken"


@dataclass(frozen=True)
class Day:
    """A day as the calendar and its table say it: `state` for the eye, `words` for everybody.

    `can_be_had`: the least that one books then is there, in whole.
    """

    date: date
    state: str
    words: str
    can_be_had: bool = False


def month_of(text: str | None, now: datetime | None = None) -> date:
    """Return the first day of the month «2027-06», this month when it is missing or out of reach.

    One looks from this month to `MONTHS_AHEAD` after it.
    """
    today = timezone.localdate(now)
    this_month = today.replace(day=1)
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this_month
    distance = (asked.year - today.year) * 12 + asked.month - today.month
    return asked if 0 <= distance <= MONTHS_AHEAD else this_month


def days_of(resource: Resource, first: date, now: datetime | None = None) -> list[Day]:
    """Return the days of the month that begins on `first`: one query, for allocations."""
    now = now or timezone.now()
    days = _days(first)
    usage = _usage(resource, days[0], days[-1], now)
    return [_day(resource, usage, day, now) for day in days]


def next_with_room(resource: Resource, first: date, now: datetime | None = None) -> date | None:
    """Return the first day of the next month that has something free, after that of `first`.

    None when there is nothing in the next `MONTHS_LOOKED_AT`: one query.
    """
    now = now or timezone.now()
    months = [first]
    for _ in range(MONTHS_LOOKED_AT):
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    usage = _usage(resource, months[1], _days(months[-1])[-1], now)
    for month in months[1:]:
        if any(_day(resource, usage, day, now).can_be_had for day in _days(month)):
            return month
    return None


def free_shapes(
    resource: Resource, day: date, shapes: Iterable[Shape], now: datetime | None = None
) -> list[Shape]:
    """Return those of the shapes that one may have in whole, begun on that day: one query.

    `resource` comes from `for_calendar`; the shapes end on that day.
    """
    now = now or timezone.now()
    usage = _usage(resource, day, day, now)
    return [one for one in shapes if _is_free(resource, usage, one, day, now)]


def _is_free(resource: Resource, usage: Usage, shape: Shape, day: date, now: datetime) -> bool:
    wanted = shape.on(resource, day)
    if why_not_then(resource, wanted, now):
        return False
    return usage.free(wanted.starts, wanted.ends + resource.buffer) >= wanted.quantity


def _usage(resource: Resource, first: date, last: date, now: datetime) -> Usage:
    """Return what is taken on those days, and in the pause after the last."""
    return usage_of(resource, day_start(first), day_end(last) + resource.buffer, at=now)


def _days(first: date) -> list[date]:
    _, length = calendar.monthrange(first.year, first.month)
    return [first + timedelta(days=number) for number in range(length)]


def weeks(days: list[Day]) -> list[list[Day | None]]:
    """Return the days in weeks from Monday to Sunday, empty places as None."""
    before: list[Day | None] = [None] * days[0].date.weekday()
    cells = before + days  # type: ignore[operator]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def title(first: date) -> str:
    """Return «Juin 2027»."""
    return date_format(first, "F Y").capitalize()


def _day(resource: Resource, usage: Usage, day: date, now: datetime) -> Day:
    if day_end(day) <= now:
        return Day(day, PAST, "passé")
    stretches = stretches_on(resource, day)
    if not stretches:
        return Day(day, CLOSED, why_closed(resource, day) or "fermé")
    if usage.capacity < 1:
        return Day(day, TAKEN, "hors service")
    # What is left of today, and what one may still ask for in time.
    soonest = now + resource.lead_time
    open_now = [(max(one.starts, soonest), one.ends) for one in stretches if one.ends > soonest]
    if not open_now and resource.lead_time:
        return Day(day, CLOSED, f"à demander {duration_words(resource.lead_time)} avant")
    if not open_now:
        return Day(day, PAST, "passé")
    pieces = [piece for starts, ends in open_now for piece in usage.pieces(starts, ends)]
    least, most = min(one.free for one in pieces), max(one.free for one in pieces)
    if most == 0:
        return Day(day, TAKEN, "pris")
    shapes = LEAST.get(resource.step)
    had = not shapes or any(_is_free(resource, usage, one, day, now) for one in shapes)
    if least == usage.capacity and (had or _is_far(day, now)):
        return Day(day, FREE, _all_free(usage.capacity), had)
    words = _partly(pieces, usage.capacity, least, most)
    return Day(
        day, PART, words if had else f"{words}{TOO_LITTLE[Resource.Step(resource.step)]}", had
    )


def _is_far(day: date, now: datetime) -> bool:
    return day_end(day) > now + HORIZON


def _all_free(capacity: int) -> str:
    return "libre" if capacity == 1 else f"{figures(capacity)} libres"


def _partly(pieces: list[Piece], capacity: int, least: int, most: int) -> str:
    """Return «libre de 9 h à 12 h», or how many are left when there are several."""
    if capacity == 1:
        return "libre " + ", puis ".join(hours_words(*one) for one in _free_hours(pieces))
    of_all = f"sur {figures(capacity)}"
    if least == most:
        return f"{counted(most, 'libre', 'libres')} {of_all}"
    if least == 0:
        return f"jusqu’à {counted(most, 'libre', 'libres')} {of_all}"
    return f"de {figures(least)} à {counted(most, 'libre', 'libres')} {of_all}"


def _free_hours(pieces: list[Piece]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the free hours, those that touch as one."""
    start: datetime | None = None
    end: datetime | None = None
    for piece in pieces:
        if piece.free and end == piece.starts:
            end = piece.ends
        elif piece.free:
            if start and end:
                yield start, end
            start, end = piece.starts, piece.ends
    if start and end:
        yield start, end
