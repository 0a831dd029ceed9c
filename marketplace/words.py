"""Dates and counts as one says them in French."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format

NBSP = "\u00a0"


def day_words(moment: datetime) -> str:
    """Return «lundi 1er juin», with the year when it is not this one."""
    local = timezone.localtime(moment)
    number = "1er" if local.day == 1 else str(local.day)
    words = f"{date_format(local, 'l')} {number} {date_format(local, 'F')}"
    if local.year != timezone.localtime().year:
        words += f" {local.year}"
    return words


def last_day_words(end: datetime) -> str:
    """Return the last day of a half-open period that ends at `end`, as `day_words` says it."""
    return day_words(end - timedelta(seconds=1))


def moment_words(moment: datetime) -> str:
    """Return «lundi 23 novembre, 20 h 12»."""
    return f"{day_words(moment)}, {clock_words(timezone.localtime(moment).time())}"


def clock_words(at: time) -> str:
    """Return «9 h» or «9 h 30»."""
    minutes = f"{NBSP}{at.minute:02d}" if at.minute else ""
    return f"{at.hour}{NBSP}h{minutes}"


def hours_words(start: datetime, end: datetime) -> str:
    """Return «de 9 h à 12 h 30»; the midnight that ends a day is «minuit»."""
    first, last = timezone.localtime(start).time(), timezone.localtime(end).time()
    return f"de {clock_words(first)} à {clock_words(last) if last != time(0) else 'minuit'}"


def _without_what_follows(start: datetime, last: datetime) -> str:
    """Return the first day of a period, without the month and year that its last day says."""
    words = day_words(start)
    first, end = timezone.localdate(start), timezone.localdate(last)
    if first.year == end.year:
        words = words.removesuffix(f" {first.year}")
        if first.month == end.month:
            words = words.removesuffix(f" {date_format(first, 'F')}")
    return words


def period_words(start: datetime | None, end: datetime | None) -> str:
    """Return the half-open period in whole days: «du lundi 7 au mardi 8 juin»; empty for always."""
    last = end - timedelta(seconds=1) if end else None
    if start and last:
        if timezone.localdate(start) == timezone.localdate(last):
            return f"le {day_words(start)}"
        return f"du {_without_what_follows(start, last)} au {day_words(last)}"
    if start:
        return f"à partir du {day_words(start)}"
    return f"jusqu’au {day_words(last)}" if last else ""


def span_words(start: datetime | None, end: datetime | None) -> str:
    """Return «le lundi 7 juin de 9 h à 12 h»; whole days as `period_words` says them."""
    if not (start and end):
        return period_words(start, end)
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.time() == last.time() == time(0):
        return period_words(start, end)
    if first.date() == last.date():
        return f"le {day_words(start)} {hours_words(start, end)}"
    return f"du {moment_words(start)}, au {moment_words(end)}"


def duration_words(length: timedelta) -> str:
    """Return «48 heures» as «2 jours», «90 minutes» as «1 heure 30»; whole minutes."""
    minutes = int(length.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [counted(days, "jour", "jours")] if days else []
    if hours:
        parts.append(counted(hours, "heure", "heures"))
        if minutes:
            parts.append(f"{minutes:02d}")
    elif minutes or not parts:
        parts.append(counted(minutes, "minute", "minutes"))
    return " ".join(parts)


def figures(number: int) -> str:
    """Return «1 000»: thousands apart by a narrow no-break space."""
    return f"{number:,}".replace(",", "\u202f")


def counted(number: int, one: str, many: str) -> str:
    """Return «1 exemplaire» or «3 exemplaires», the number tied to its word."""
    return f"{figures(number)}{NBSP}{one if number < 2 else many}"


def euros(amount: object) -> str:
    """Return «1 234,50 €»; whole amounts without cents."""
    words = f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",")
    return f"{words.removesuffix(',00')}{NBSP}€"
