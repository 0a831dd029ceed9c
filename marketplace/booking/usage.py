"""How many are free, and which: the one computation that bookings and calendars share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from marketplace.booking.models import Allocation, Resource, Unit


@dataclass(frozen=True)
class Piece:
    """Between two moments nothing changes: so many are free."""

    starts: datetime
    ends: datetime
    free: int


class Usage:
    """What is taken of a resource over some time.

    Built from the live allocations of that time; asked about periods inside it only.
    """

    def __init__(self, resource: Resource, taken: Iterable[Allocation]) -> None:
        self.units = tuple(unit for unit in resource.units.all() if unit.in_service)
        self.is_itemised = resource.is_itemised
        self.capacity = resource.capacity
        self._taken = sorted(taken, key=lambda one: (one.starts_at, one.ends_at))
        self._by_unit: dict[int, list[Allocation]] = defaultdict(list)
        for one in self._taken:
            if one.unit_id is not None:
                self._by_unit[one.unit_id].append(one)

    def free(self, starts: datetime, ends: datetime) -> int:
        """Return how many one may have from the one moment to the other, never below zero.

        Of units, only one that stays free throughout counts: nobody changes bikes on the way.
        """
        if self.is_itemised:
            return len(self.free_units(starts, ends))
        return max(0, min(piece.free for piece in self.pieces(starts, ends)))

    def free_units(self, starts: datetime, ends: datetime) -> list[Unit]:
        """Return the units that nobody has between the two moments, in their own order."""
        return [
            unit
            for unit in self.units
            if not any(
                one.starts_at < ends and one.ends_at > starts for one in self._by_unit[unit.pk]
            )
        ]

    def free_until(
        self, starts: datetime, ends: datetime, quantity: int, unit_id: int | None
    ) -> datetime:
        """Return until when that unit, or so many, stay free without a break; at most `ends`."""
        if unit_id is not None:
            taken = [
                one.starts_at
                for one in self._by_unit[unit_id]
                if one.starts_at < ends and one.ends_at > starts
            ]
            return max(starts, min(taken, default=ends))
        short = (one.starts for one in self.pieces(starts, ends) if one.free < quantity)
        return next(short, ends)

    def pieces(self, starts: datetime, ends: datetime) -> list[Piece]:
        """Return the period cut where something is taken or comes back."""
        inside = [one for one in self._taken if one.starts_at < ends and one.ends_at > starts]
        cuts = {starts, ends}
        cuts.update(one.starts_at for one in inside if one.starts_at > starts)
        cuts.update(one.ends_at for one in inside if one.ends_at < ends)
        return [
            Piece(since, until, self._free_at(since, inside))
            for since, until in pairwise(sorted(cuts))
        ]

    def take(self, starts: datetime, ends: datetime, quantity: int) -> None:
        """Count what a booking would take, without taking it: for looking at several together."""
        wanted: list[Unit | None] = [None]
        if self.is_itemised:
            wanted = list(self.free_units(starts, ends)[:quantity])
        for unit in wanted:
            one = Allocation(
                unit=unit, quantity=1 if unit else quantity, starts_at=starts, ends_at=ends
            )
            self._taken.append(one)
            if unit is not None:
                self._by_unit[unit.pk].append(one)

    def taken_at(self, moment: datetime) -> int:
        """Return how many are taken at that moment, even if it is more than there are now."""
        return _quantity_at(moment, self._taken)

    def _free_at(self, moment: datetime, inside: list[Allocation]) -> int:
        if not self.is_itemised:
            return max(0, self.capacity - _quantity_at(moment, inside))
        gone = {one.unit_id for one in inside if one.starts_at <= moment < one.ends_at}
        return sum(unit.pk not in gone for unit in self.units)


def _quantity_at(moment: datetime, rows: Iterable[Allocation]) -> int:
    return sum(one.quantity for one in rows if one.starts_at <= moment < one.ends_at)


def usage_of(
    resource: Resource, starts: datetime, ends: datetime, *, at: datetime | None = None
) -> Usage:
    """Return what is taken of the resource between the two moments: one query for allocations.

    `at` is the moment at which holds are looked at (now by default).
    """
    return usages_of([resource], starts, ends, at=at)[resource.pk]


def usages_of(
    resources: Iterable[Resource], starts: datetime, ends: datetime, *, at: datetime | None = None
) -> dict[int, Usage]:
    """Return what is taken of each resource, by its id: one query for all of them."""
    by_id = {one.pk: one for one in resources}
    taken: dict[int, list[Allocation]] = defaultdict(list)
    live = Allocation.objects.live(at).filter(resource__in=by_id).within(starts, ends)
    for one in live.order_by():
        taken[one.resource_id].append(one)
    return {pk: Usage(one, taken[pk]) for pk, one in by_id.items()}
