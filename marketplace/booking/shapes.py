"""How one wants something, whatever the day and the place: half a day, so many days, these hours.

A period moved to another day by the clock alone would take and give back while it is closed: whole
days go from opening to closing, and each day, and each place, has its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from marketplace.booking.models import Resource
from marketplace.booking.opening import half_day, moment, whole_days
from marketplace.booking.rules import Period

MORNING, AFTERNOON = "morning", "afternoon"


@dataclass(frozen=True)
class Shape:
    """So many, for as many days after the first, and in them half a day, or these hours.

    Without hours nor half, whole days from opening to closing. Hours are those that clocks show,
    so that every Tuesday at nine stays at nine when the hour changes.
    """

    quantity: int = 1
    more_days: int = 0
    half: str = ""
    hours: tuple[time, time] | None = None

    def on(self, resource: Resource, day: date) -> Period:
        """Return the period that begins on a local day. `resource` comes from `for_calendar`."""
        last = day + timedelta(days=self.more_days)
        if self.hours:
            starts, ends = moment(day, self.hours[0]), moment(last, self.hours[1])
        elif self.half:
            starts, ends = half_day(resource, day, afternoon=self.half == AFTERNOON)
        else:
            starts, ends = whole_days(resource, day, last)
        return Period(starts, ends, self.quantity)


def shape_of(resource: Resource, wanted: Period) -> Shape:
    """Return the shape of a period, as the resource counts time.

    What is no half day nor whole days of it, as was agreed before it had hours, keeps its hours.
    """
    first, last = timezone.localtime(wanted.starts), timezone.localtime(wanted.ends)
    # The midnight that ends a day is that day's, but for hours, where it is the next day's first.
    last_day = timezone.localdate(wanted.ends - timedelta(microseconds=1))
    shapes = [Shape(wanted.quantity, more_days=(last_day - first.date()).days)]
    if resource.step == Resource.Step.HALF_DAY:
        shapes += [Shape(wanted.quantity, half=half) for half in (MORNING, AFTERNOON)]
    if resource.step != Resource.Step.HOUR:
        for shape in shapes:
            if shape.on(resource, first.date()) == wanted:
                return shape
    more_days = (last.date() - first.date()).days
    return Shape(wanted.quantity, more_days, hours=(first.time(), last.time()))
