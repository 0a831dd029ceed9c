"""Until when a consent is waited for, and when silence counts as a yes; stored when it is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.days import day_end
from accounts.models import Organisation
from marketplace.booking.school import is_public_holiday
from marketplace.exchanges.consents.models import TacitConsent
from marketplace.exchanges.models import Exchange

# Where no date is agreed yet.
WITHIN = timedelta(days=30)
SATURDAY = 5


def after_working_days(moment: datetime, days: int, department_code: str = "") -> datetime:
    """Return the end of the last of `days` working days that follow the day of `moment`.

    Saturdays, Sundays and public holidays do not count, nor the two more of Alsace and Moselle.
    """
    day = timezone.localdate(moment)
    left = days
    while left:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and not is_public_holiday(day, department_code):
            left -= 1
    return day_end(day)


def deadline(exchange: Exchange, now: datetime) -> datetime:
    """Return when it is too late to answer: when it begins, or its end when it has begun."""
    for moment in (exchange.wanted_from, exchange.wanted_until):
        if moment is not None and moment > now:
            return moment
    return now + WITHIN


def days_of(organisation: Organisation) -> int | None:
    """Return after how many working days silence counts as a yes there, or None: it never does."""
    return (
        TacitConsent.objects.filter(organisation=organisation)
        .values_list("days", flat=True)
        .first()
    )


def tacit_moment(exchange: Exchange, organisation: Organisation, now: datetime) -> datetime | None:
    """Return when silence counts as a yes, or None where it does not.

    Never for working time given to an association: somebody says yes to that. Nor when it would
    count only after the time has begun.
    """
    if exchange.receiver.is_association:
        return None
    days = days_of(organisation)
    if days is None:
        return None
    commune = organisation.commune
    moment = after_working_days(now, days, commune.department_code if commune else "")
    return moment if moment < deadline(exchange, now) else None
