"""Dates and counts of an event, as one says them in French."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from home.typography import NBSP


def hour(moment: datetime) -> str:
    """Return «9 h» or «9 h 30», Paris time."""
    local = timezone.localtime(moment)
    minutes = f"{NBSP}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def day(moment: datetime | date, *, weekday: bool = True, year: bool = True) -> str:
    """Return «mardi 24 novembre 2026», «mardi 24 novembre» or «24 novembre 2026»."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    parts = [date_format(local, "l")] if weekday else []
    parts.append("1er" if local.day == 1 else str(local.day))
    parts.append(date_format(local, "F Y" if year else "F"))
    return " ".join(parts)


def when(starts: datetime, ends: datetime) -> str:
    """Return «mardi 24 novembre 2026, de 9 h à 11 h 30», or from one day to the other."""
    first, last = timezone.localdate(starts), timezone.localdate(ends)
    if first == last:
        return f"{day(starts)}, de {hour(starts)} à {hour(ends)}"
    return (
        f"du {day(starts, year=first.year != last.year)} à {hour(starts)} "
        f"au {day(ends)} à {hour(ends)}"
    )


def moment(at: datetime) -> str:
    """Return «mardi 24 novembre 2026 à 9 h»."""
    return f"{day(at)} à {hour(at)}"


def near(at: datetime) -> str:
    """Return «Aujourd’hui», «Demain» or «Mardi 24 novembre»."""
    on, today = timezone.localdate(at), timezone.localdate()
    if on == today:
        return "Aujourd’hui"
    if on == today + timedelta(days=1):
        return "Demain"
    return day(at, year=False).capitalize()


def counted(number: int, one: str, many: str) -> str:
    """Return «1 place», «4 places»; the words may be more than one."""
    return f"{number}{NBSP}{one if number < 2 else many}"


def people(number: int) -> str:
    return counted(number, "personne", "personnes")


def ordinal(number: int) -> str:
    """Return «1re», «2e»: a position."""
    return "1re" if number == 1 else f"{number}e"


def date_block(starts: datetime) -> dict[str, Any]:
    """Return what `components/agenda.html` puts in the margin: day, month, ISO date."""
    local = timezone.localtime(starts)
    return {
        "day": str(local.day),
        "month": date_format(local, "N"),
        "date": local.isoformat(timespec="minutes"),
    }
