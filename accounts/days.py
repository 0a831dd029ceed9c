"""Whole days in forms and files, half-open periods in the database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, overload

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

# Beyond, a year was mistyped, and the conversion to UTC would leave the calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, not required; `to_come` refuses those that are past."""

    def __init__(self, label: str, help_text: str = "", *, to_come: bool = False) -> None:
        self.to_come = to_come
        super().__init__(label=label, help_text=help_text, required=False, widget=DateInput())

    def clean(self, value: Any) -> date | None:
        """Return the day or None; raises ValidationError with how to mend it."""
        day: date | None = super().clean(value)
        if day is None:
            return None
        if self.to_come and day < timezone.localdate():
            raise forms.ValidationError("Cette date est passée : choisissez-en une à venir.")
        if not _is_within_reach(day):
            raise forms.ValidationError(
                f"Vérifiez l’année : elle va de {FIRST_YEAR} à {LAST_YEAR}."
            )
        return day


def day_from(text: str) -> date | None:
    """Return the day that an address or a hidden field says, «2027-06-12».

    None when it says none, or one that a `DayField` would not take.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if _is_within_reach(day) else None


def _is_within_reach(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def check_order(form: forms.Form, data: dict[str, Any]) -> None:
    """Say on the form that its last day comes before its first, if it does."""
    first, last = data.get("first_day"), data.get("last_day")
    if first and last and last < first:
        form.add_error("last_day", "La fin doit venir après le début.")


@overload
def day_start(day: date) -> datetime: ...
@overload
def day_start(day: None) -> None: ...
def day_start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


@overload
def day_end(day: date) -> datetime: ...
@overload
def day_end(day: None) -> None: ...
def day_end(day: date | None) -> datetime | None:
    """Return the first instant after the day: periods are half-open."""
    return day_start(day + timedelta(days=1)) if day else None


@overload
def last_day(moment: datetime) -> date: ...
@overload
def last_day(moment: None) -> None: ...
def last_day(moment: datetime | None) -> date | None:
    """Return the last day of a period that ends at `moment`."""
    return timezone.localdate(moment - timedelta(seconds=1)) if moment else None


def in_words(moment: date | datetime) -> str:
    """Return «3 mars 2026», by the calendar of here."""
    return date_format(
        timezone.localtime(moment) if isinstance(moment, datetime) else moment, "j F Y"
    )


def last_day_in_words(ends: datetime | None) -> str:
    """Return the last day of a period that ends at `ends`; an empty text when it does not end."""
    return in_words(last_day(ends)) if ends else ""
