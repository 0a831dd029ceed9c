"""What pages show of a resource: its month, its opening hours, what one can book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from marketplace.booking.calendar import (
    MONTHS_AHEAD,
    PART,
    WEEKDAYS,
    Day,
    days_of,
    month_of,
    next_with_room,
    title,
    weeks,
)
from marketplace.booking.models import OpeningHours, Resource
from marketplace.words import clock_words, day_words, duration_words

# Days taken in part that one reads at a glance.
PARTLY_SHOWN = 4
STEP_WORDS = {
    Resource.Step.HOUR: "se réserve à l’heure",
    Resource.Step.HALF_DAY: "se réserve à la demi-journée",
    Resource.Step.DAY: "se réserve à la journée",
}


def month(
    resource: Resource,
    asked: str | None,
    url_of: Callable[[date], str] | None = None,
    chosen: str = "",
    form: str = "",
) -> dict[str, Any]:
    """Return the month that `components/calendar.html` draws, and the table that says the same.

    `asked` is «2027-06» or nothing; `url_of` gives the address to book a day, where one may;
    `chosen` is the day that one has chosen, «2027-06-12». `form` is the id of the form beside it:
    its days and its pages are then buttons of that form, so that nothing typed there is lost.
    """
    first = month_of(asked)
    days = days_of(resource, first)
    # Nobody turns the pages of what is over, or full: it opens where something is left.
    nothing_left = not asked and not any(day.can_be_had for day in days)
    if nothing_left and (later := next_with_room(resource, first)):
        first, days = later, days_of(resource, later)
    partly = [day for day in days if day.state == PART]
    last_month = month_of(None) + timedelta(days=31 * (MONTHS_AHEAD - 1))
    before, after = first - timedelta(days=1), first + timedelta(days=32)
    return {
        "title": title(first),
        "form": form,
        "weekdays": WEEKDAYS,
        "weeks": [[day and _cell(day, url_of, chosen) for day in week] for week in weeks(days)],
        "previous": f"{before:%Y-%m}" if first > month_of(None) else "",
        "previous_title": title(before),
        "next": f"{after:%Y-%m}" if first < last_month else "",
        "next_title": title(after.replace(day=1)),
        # What the address keeps while one turns the pages.
        "keep": f"jour={quote(chosen)}&" if chosen else "",
        # Of what is taken in part, the hours that are left, without opening the table.
        "partly": [(_day_words(day.date), day.words) for day in partly[:PARTLY_SHOWN]],
        "more_partly": len(partly) > PARTLY_SHOWN,
        "headings": ["Jour", "Libre ou pris"],
        "rows": [
            [_day_words(day.date), day.words] for day in days if day.state not in ("past", "closed")
        ],
    }


def _cell(day: Day, url_of: Callable[[date], str] | None, chosen: str) -> dict[str, Any]:
    is_chosen = day.can_be_had and f"{day.date:%Y-%m-%d}" == chosen
    return {
        "day": day.date.day,
        "state": "chosen" if is_chosen else day.state,
        "label": f"choisi, {day.words}" if is_chosen else day.words,
        "today": day.date == timezone.localdate(),
        "date": f"{day.date:%Y-%m-%d}",
        "url": url_of(day.date) if url_of and day.can_be_had else "",
    }


def _day_words(day: date) -> str:
    return day_words(timezone.make_aware(datetime.combine(day, time(12))))


def facts(resource: Resource) -> list[tuple[str, str]]:
    """Return what decides on dates: hours, how it is counted, how long, how early."""
    return [
        ("Horaires", opening_words(resource)),
        ("Réservation", _counting_words(resource)),
    ]


def _counting_words(resource: Resource) -> str:
    words = [STEP_WORDS[Resource.Step(resource.step)]]
    if resource.longest:
        words.append(f"{duration_words(resource.longest)} au plus")
    if resource.lead_time:
        words.append(f"à demander {duration_words(resource.lead_time)} avant")
    return ", ".join(words)


def opening_words(resource: Resource) -> str:
    """Return the weekly hours, one line for days that have the same: empty when always open."""
    by_hours: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for weekday in range(7):
        rows = [row for row in resource.opening_hours.all() if row.weekday == weekday]
        if rows:
            by_hours[tuple(_hours(row) for row in rows)].append(weekday)
    lines = [f"{_weekdays(days)}, {' et '.join(hours)}" for hours, days in by_hours.items()]
    if lines and resource.closed_on_public_holidays:
        lines.append("fermé les jours fériés")
    return "\n".join(lines)


def _hours(row: OpeningHours) -> str:
    closes = "minuit" if row.closes_at == time(0) else clock_words(row.closes_at)
    words = f"de {clock_words(row.opens_at)} à {closes}"
    if row.term != OpeningHours.Term.ALWAYS:
        words += f" ({OpeningHours.Term(row.term).label})"
    return words


def _weekdays(days: list[int]) -> str:
    """Return «du lundi au vendredi», «mardi et jeudi»."""
    names = [WEEKDAYS[day][1] for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"du {names[0]} au {names[-1]}"
    return " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
