"""When it is taken: the same on other days, or at another place nearby."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.places.distance import distance_km
from accounts.readers import reader_for
from marketplace import rights
from marketplace.booking.models import Resource
from marketplace.booking.rules import Period, why_not_then
from marketplace.booking.shapes import Shape, shape_of
from marketplace.booking.usage import Usage, usage_of, usages_of
from marketplace.catalogue.models import Listing
from marketplace.catalogue.places import Point, point_of_listing

# As many as one reads at a glance, as far as one plans, as many places as one would go to.
SHOWN = 3
DAYS_AHEAD = 60
PLACES_LOOKED_AT = 12


@dataclass(frozen=True)
class Elsewhere:
    """Another thing or place of the same kind, free then. `kilometres` from the one asked for."""

    listing: Listing
    period: Period
    kilometres: float | None


def other_days(
    resource: Resource, wanted: Period, *, now: datetime | None = None, shown: int = SHOWN
) -> list[Period]:
    """Return the next periods of the same shape that are free: one query.

    `resource` comes from `for_calendar`.
    """
    now = now or timezone.now()
    shape = shape_of(resource, wanted)
    first = timezone.localdate(wanted.starts)
    days = [first + timedelta(days=number) for number in range(1, DAYS_AHEAD + 1)]
    until = shape.on(resource, days[-1]).ends + resource.buffer + timedelta(days=1)
    usage = usage_of(resource, wanted.starts, until, at=now)
    return free_days(resource, shape, days, usage=usage, now=now, shown=shown)


def free_days(
    resource: Resource,
    shape: Shape,
    days: Iterable[date],
    *,
    usage: Usage,
    now: datetime,
    shown: int,
) -> list[Period]:
    """Return the first periods, in the order of `days`, that one may have: no query."""
    free: list[Period] = []
    for day in days:
        period = shape.on(resource, day)
        if why_not_then(resource, period, now):
            continue
        if usage.free(period.starts, period.ends + resource.buffer) >= period.quantity:
            free.append(period)
        if len(free) == shown:
            break
    return free


def elsewhere(
    user: Any,
    listing: Listing,
    shape: Shape,
    days: Iterable[date],
    *,
    same_access: bool = False,
    now: datetime | None = None,
    shown: int = SHOWN,
) -> dict[date, list[Elsewhere]]:
    """Return for each day what else `user` may have then, the nearest first.

    Of the same category, or of the same nature beside it, counted in the same way. As many queries
    for one place and one day as for many: one for allocations.
    """
    now = now or timezone.now()
    wanted_days = list(days)
    near = _near(user, listing, same_access) if wanted_days and listing.resource else []
    resources = _resources([one for one, _ in near])
    periods = {
        (pk, day): shape.on(resource, day)
        for pk, resource in resources.items()
        for day in wanted_days
    }
    if not periods:
        return {}
    usages = usages_of(
        resources.values(),
        min(one.starts for one in periods.values()),
        max(one.ends + resources[pk].buffer for (pk, _), one in periods.items()),
        at=now,
    )
    may_ask: dict[int, bool] = {}
    found: dict[date, list[Elsewhere]] = {}
    for day in wanted_days:
        free: list[Elsewhere] = []
        for other, kilometres in near:
            resource = resources[other.resource_id]  # type: ignore[index]
            period = periods[resource.pk, day]
            if why_not_then(resource, period, now):
                continue
            usage = usages[resource.pk]
            if usage.free(period.starts, period.ends + resource.buffer) < period.quantity:
                continue
            if other.pk not in may_ask:
                may_ask[other.pk] = rights.can_ask(user, other)
            if may_ask[other.pk]:
                free.append(Elsewhere(other, period, kilometres))
            if len(free) == shown:
                break
        found[day] = free
    return found


def _near(user: Any, listing: Listing, same_access: bool) -> list[tuple[Listing, float | None]]:
    """Return the nearest listings alike that have a calendar of their own, with their distance."""
    if listing.resource is None:
        return []
    like_it = Q(category=listing.category_id)
    if listing.category and listing.category.parent_id:
        like_it |= Q(nature=listing.nature, category__parent=listing.category.parent_id)
    reader = reader_for(user)
    alike = (
        Listing.objects.in_catalogue_for(user)
        .filter(like_it, direction=listing.direction, transfer=listing.transfer)
        .filter(accepts_requests=True, resource__step=listing.resource.step)
        .exclude(resource=listing.resource_id)
        # Nobody asks for what they answer for.
        .exclude(Q(author=reader.user_id) | Q(keeper=reader.user_id) | Q(deputy=reader.user_id))
    )
    if same_access:
        # What wants a charter is read and ticked on a page of its own.
        alike = alike.filter(access=listing.access, charter=None)
    here = point_of_listing(listing)
    by_distance: list[tuple[float | None, int, int]] = []
    places = alike.order_by("pk").values_list(
        "pk", "resource", "latitude", "longitude", "commune__latitude", "commune__longitude"
    )
    for pk, resource, *points in places:
        there = _point(*points[:2]) or _point(*points[2:])
        far = distance_km(*here, *there) if here and there else None
        by_distance.append((far, pk, resource))
    by_distance.sort(key=lambda one: (one[0] is None, one[0] or 0.0, one[1]))
    # Two listings of one van are one van.
    once: dict[int, tuple[int, float | None]] = {}
    for far, pk, resource in by_distance:
        once.setdefault(resource, (pk, far))
    chosen = dict(list(once.values())[:PLACES_LOOKED_AT])
    listings = Listing.objects.select_related("organisation", "commune").in_bulk(chosen)
    return [(listings[pk], far) for pk, far in chosen.items()]


def _resources(listings: list[Listing]) -> dict[int, Resource]:
    ids = [one.resource_id for one in listings]
    return Resource.objects.for_calendar().in_bulk(ids) if ids else {}


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
