"""Resources as rules want them: three cargo bikes, eighty chairs, a room with hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from marketplace.booking.models import OpeningHours, Resource, Unit
from marketplace.booking.rules import Period
from marketplace.booking.school import is_public_holiday
from tests.factories import CommuneFactory, OrganisationFactory


def bikes(count: int = 3, organisation: Organisation | None = None, **fields: Any) -> Resource:
    """Return itemised bikes, saved with their units."""
    resource = _resource(
        organisation, {"name": "Vélos-cargos", "kind": "itemised", "step": "hour"} | fields
    )
    for rank in range(count):
        Unit.objects.create(resource=resource, label=f"Vélo {rank + 1}", position=rank)
    return again(resource)


def chairs(quantity: int = 80, organisation: Organisation | None = None, **fields: Any) -> Resource:
    """Return so many chairs that nobody tells apart."""
    values = {"name": "Chaises", "kind": "bulk", "quantity": quantity, "step": "day"}
    return again(_resource(organisation, values | fields))


def room(organisation: Organisation | None = None, **fields: Any) -> Resource:
    """Return one room that is left when it closes; open as `hours` says."""
    values = {"name": "Salle du bas", "kind": "bulk", "kept_while_closed": False, "step": "hour"}
    return again(_resource(organisation, values | fields))


def hours(resource: Resource, days: str, opens: int, closes: int, term: str = "always") -> Resource:
    """Add hours to weekdays («012» is Monday to Wednesday); returns the resource read again."""
    for weekday in days:
        OpeningHours.objects.create(
            resource=resource,
            weekday=int(weekday),
            opens_at=time(opens),
            closes_at=time(closes % 24),
            term=term,
        )
    return again(resource)


def again(resource: Resource) -> Resource:
    """Return the resource as rules read it."""
    return Resource.objects.for_calendar().get(pk=resource.pk)


def at(day: date | str, hour: float = 0) -> datetime:
    """Return a local moment: `at("2027-03-01", 9.5)` is half past nine."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    clock = time(int(hour), round(hour % 1 * 60))
    return timezone.make_aware(datetime.combine(day, clock))


def next_monday() -> date:
    """Return a Monday to come, of a week and a day after it without any public holiday."""
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    while any(is_public_holiday(monday + timedelta(days=n), "57") for n in range(8)):
        monday += timedelta(days=7)
    return monday


def period(day: date | str, starts: float, ends: float, quantity: int = 1) -> Period:
    return Period(at(day, starts), at(day, ends), quantity)


def _resource(organisation: Organisation | None, values: dict[str, Any]) -> Resource:
    return Resource.objects.create(
        organisation=organisation or OrganisationFactory(),
        commune=CommuneFactory(),
        **values,
    )
