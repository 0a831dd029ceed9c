"""What whoever keeps a calendar reads of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from accounts.days import day_end, day_start
from accounts.models import User
from marketplace.booking.models import Allocation, Closure, Resource
from marketplace.catalogue.models import Listing
from marketplace.choices import Nature, Transfer
from marketplace.words import NBSP, counted, period_words, span_words


def initial(listing: Listing, resource: Resource | None) -> dict[str, Any]:
    """Return what the form begins with: the calendar as it is, or what the listing suggests."""
    if resource is None:
        in_place = listing.transfer == Transfer.HOSTING
        return {
            "counted": "quantity",
            "quantity": listing.quantity,
            "step": Resource.Step.HALF_DAY if in_place else Resource.Step.DAY,
            "kept_while_closed": not in_place,
            "closed_on_public_holidays": listing.nature != Nature.VEHICLE,
            "lead_time": 0,
            "longest": 0,
            "buffer": 0,
        }
    units = [unit.label for unit in resource.units.all() if unit.in_service]
    return {
        "counted": "units" if resource.is_itemised else "quantity",
        "quantity": resource.quantity,
        "units": "\n".join(units),
        "step": resource.step,
        "kept_while_closed": resource.kept_while_closed,
        "closed_on_public_holidays": resource.closed_on_public_holidays,
        "lead_time": resource.lead_time.days,
        "longest": int(resource.longest.total_seconds() // 3600) if resource.longest else 0,
        "buffer": int(resource.buffer.total_seconds() // 60),
    }


def initial_hours(resource: Resource | None) -> list[dict[str, Any]]:
    """Return the weekly hours, those that are the same on several days together."""
    if resource is None:
        return []
    alike: dict[tuple, list[str]] = defaultdict(list)
    for row in resource.opening_hours.all():
        alike[(row.opens_at, row.closes_at, row.term)].append(str(row.weekday))
    return [
        {"weekdays": days, "opens_at": opens, "closes_at": closes, "term": term}
        for (opens, closes, term), days in alike.items()
    ]


def to_come(resource: Resource) -> QuerySet[Allocation]:
    """Return what is taken from now on, the next first."""
    return (
        Allocation.objects.live()
        .filter(resource=resource, returns_at__gt=timezone.now())
        .select_related("unit", "exchange__asked_for", "exchange__asked_by")
        .order_by("starts_at", "pk")
    )


def rows(taken: list[Allocation], user: User) -> list[dict[str, Any]]:
    """Return each allocation as `user`, who keeps the calendar, may read it: one query.

    Of a calendar that several listings share, `user` opens the exchanges that they may see.
    """
    # The floor above, by its name as the foreign key says it.
    exchanges = apps.get_model("marketplace", "Exchange").objects
    ids = [one.exchange_id for one in taken if one.exchange_id]
    opened = set(
        exchanges.visible_to(user).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    )
    return [_row(one, opened) for one in taken]


def _row(one: Allocation, opened: set[int]) -> dict[str, Any]:
    exchange = one.exchange
    what = str(one.unit) if one.unit else counted(one.quantity, "exemplaire", "exemplaires")
    return {
        "ref": one.ref,
        "when": span_words(one.starts_at, one.returns_at),
        "what": what,
        "who": _who(one, opened),
        "note": one.note,
        "held": one.state == Allocation.State.HELD,
        "is_ours": exchange is None,
        "url": exchange.get_absolute_url() if exchange and exchange.pk in opened else "",
    }


def _who(one: Allocation, opened: set[int]) -> str:
    """Return for whom: the person too, where the names of that exchange are shared."""
    exchange = one.exchange
    if exchange is None:
        return one.get_purpose_display()
    named = exchange.pk in opened and exchange.contact_accepted_at is not None
    person = f"{exchange.asked_by}, " if named else ""
    return f"{person}{exchange.asked_for.short_name}"


def closures_to_come(resource: Resource) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {"ref": one.ref, "when": _closure_words(one), "reason": one.reason}
        for one in resource.closures.all()
        if one.last_day >= today
    ]


def _closure_words(one: Closure) -> str:
    return period_words(day_start(one.first_day), day_end(one.last_day))


def closed_words(reserved_count: int) -> str:
    """Return what one reads after closing some days."""
    if not reserved_count:
        return "Ces jours sont fermés."
    count = counted(reserved_count, "réservation tombe", "réservations tombent")
    return f"Ces jours sont fermés. {count} ces jours-là{NBSP}: prévenez les personnes."
