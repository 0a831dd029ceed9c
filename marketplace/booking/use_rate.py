"""How much what is lent serves: the hours booked of the hours open, by resource and by site.

An hour of one unit is one hour: three bikes open for ten hours are thirty. Only hours of opening
count on both sides, so that a van kept over a closed week-end is not used twice as much as it may
be. A repair is neither use nor time on offer. Whoever shows it hides what fewer than five did.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from marketplace.booking.models import Allocation, Resource
from marketplace.booking.opening import Stretch, stretches_between

NONE = timedelta(0)


@dataclass(frozen=True)
class Use:
    """Time on offer and time booked, both of units: `booked` is never more than `open`."""

    open: timedelta = NONE
    booked: timedelta = NONE

    def __add__(self, other: Use) -> Use:
        return Use(self.open + other.open, self.booked + other.booked)

    @property
    def open_hours(self) -> float:
        return self.open / timedelta(hours=1)

    @property
    def booked_hours(self) -> float:
        return self.booked / timedelta(hours=1)

    @property
    def rate(self) -> float | None:
        """Return from 0 to 1 how much of it served; None where nothing was on offer."""
        return self.booked / self.open if self.open else None


class Place(NamedTuple):
    """Where resources of one organisation are: a commune (or None) and a precise place."""

    organisation_id: int
    commune_id: str | None
    label: str


def use_of(resources: Iterable[Resource], starts: datetime, ends: datetime) -> dict[int, Use]:
    """Return the use of each resource, by its id, over the half-open period: one query.

    `resources` come from `for_calendar`; the moments are aware. How many there are is what there
    is today: it is not written down what there was.
    """
    found = list(resources)
    starts, ends = starts.astimezone(UTC), ends.astimezone(UTC)
    if ends <= starts:
        return {one.pk: Use() for one in found}
    taken: dict[int, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(
        resource__in=[one.pk for one in found],
        state=Allocation.State.FIRM,
        starts_at__lt=ends,
        returns_at__gt=starts,
    ).only("resource_id", "quantity", "starts_at", "returns_at", "purpose")
    for row in rows.order_by():
        taken[row.resource_id].append(row)
    return {one.pk: _use(one, taken[one.pk], starts, ends) for one in found}


def use_by_place(
    resources: Iterable[Resource], starts: datetime, ends: datetime
) -> dict[Place, Use]:
    """Return the use of what is at each place over the half-open period: one query."""
    found = list(resources)
    by_resource = use_of(found, starts, ends)
    by_place: dict[Place, Use] = defaultdict(Use)
    for one in found:
        place = Place(one.organisation_id, one.commune_id, one.place_label)
        by_place[place] += by_resource[one.pk]
    return dict(by_place)


def _use(resource: Resource, taken: list[Allocation], starts: datetime, ends: datetime) -> Use:
    stretches = [
        Stretch(max(one.starts, starts), min(one.ends, ends))
        for one in stretches_between(resource, starts, ends)
        if one.starts < ends and one.ends > starts
    ]
    on_offer = sum((one.ends - one.starts for one in stretches), NONE) * resource.capacity
    booked = repaired = NONE
    for row in taken:
        length = _open_time(stretches, row.starts_at, row.returns_at) * row.quantity
        if row.purpose == Allocation.Purpose.REPAIR:
            repaired += length
        else:
            booked += length
    on_offer = max(NONE, on_offer - repaired)
    # Fewer today than when they were booked: what was booked was on offer.
    return Use(max(on_offer, booked), booked)


def _open_time(stretches: list[Stretch], starts: datetime, ends: datetime) -> timedelta:
    """Return how long of the period falls in the stretches, which are in order and apart."""
    first = max(0, bisect_right(stretches, starts, key=lambda one: one.starts) - 1)
    total = NONE
    for one in stretches[first:]:
        if one.starts >= ends:
            break
        total += max(NONE, min(one.ends, ends) - max(one.starts, starts))
    return total
