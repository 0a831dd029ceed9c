"""Parting what shared a calendar: the listing gets one of its own, alike."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.booking import rules, setting_up
from marketplace.booking.models import Allocation, Closure, OpeningHours, Resource, Unit
from marketplace.catalogue.models import Listing
from marketplace.catalogue.transitions import say_changed
from marketplace.refusals import Refused


def is_shared(listing: Listing) -> bool:
    """Return whether another listing has the same calendar."""
    others = Listing.objects.filter(resource=listing.resource_id).exclude(pk=listing.pk)
    return listing.resource_id is not None and others.exists()


@transaction.atomic
def part(listing: Listing, actor: User) -> Resource:
    """Give the listing a copy of the calendar that it shares: hours, units, closures to come.

    What is reserved stays where it is, so nothing may be reserved through this listing any more.
    Raises Refused.
    """
    if refusal := setting_up.why_not_set_up(actor, listing):
        raise Refused(refusal)
    if listing.resource_id is None or not is_shared(listing):
        raise Refused("Ce calendrier n’est partagé avec aucune autre annonce.")
    rules.lock([listing.resource_id])
    now = timezone.now()
    reserved = Allocation.objects.live(now).filter(exchange__listing=listing, ends_at__gt=now)
    if reserved.exists() or listing.exchanges.open().filter(resource__isnull=False).exists():
        raise Refused(
            "Des réservations de cette annonce sont en cours ou à venir : elles restent dans le "
            "calendrier commun. Attendez qu’elles soient passées, ou annulez-les."
        )
    shared = Resource.objects.for_calendar().get(pk=listing.resource_id)
    own = _copy(shared, listing)
    Listing.objects.filter(pk=listing.pk).update(resource=own, quantity=shared.capacity or 1)
    listing.refresh_from_db()
    say_changed(listing)
    return own


def _copy(shared: Resource, listing: Listing) -> Resource:
    kept = ("kind", "quantity", "step", "kept_while_closed", "closed_on_public_holidays",
            "school_zone", "lead_time", "longest", "buffer")  # fmt: skip
    own = Resource.objects.create(
        organisation=shared.organisation,
        department=shared.department,
        name=listing.title[:120],
        commune=listing.commune,
        place_label=listing.place_label,
        **{name: getattr(shared, name) for name in kept},
    )
    units = [one for one in shared.units.all() if one.in_service]
    Unit.objects.bulk_create(
        Unit(resource=own, label=one.label, condition=one.condition, position=one.position)
        for one in units
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(
            resource=own,
            weekday=one.weekday,
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            term=one.term,
        )
        for one in shared.opening_hours.all()
    )
    today = timezone.localdate()
    Closure.objects.bulk_create(
        Closure(resource=own, first_day=one.first_day, last_day=one.last_day, reason=one.reason)
        for one in shared.closures.all()
        if one.last_day >= today
    )
    return own
