"""Giving a listing its calendar, and keeping it: hours, units, closures, days one keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.days import day_end, day_start
from accounts.models import User
from marketplace import rights
from marketplace.booking import rules
from marketplace.booking.models import Allocation, Closure, OpeningHours, Resource, Unit
from marketplace.booking.rules import Period
from marketplace.booking.school import zone_of
from marketplace.booking.usage import Usage
from marketplace.catalogue.models import Listing
from marketplace.catalogue.transitions import say_changed
from marketplace.choices import Transfer
from marketplace.refusals import Refused
from marketplace.signals import calendar_freed, calendar_given
from marketplace.words import NBSP, counted, figures, period_words

# Beyond, it is a depot, not a listing.
MOST_UNITS = 200


@dataclass(frozen=True)
class WeeklyHours:
    """The same hours on several weekdays (0 is Monday)."""

    weekdays: tuple[int, ...]
    opens_at: time
    closes_at: time
    term: str = OpeningHours.Term.ALWAYS


@dataclass(frozen=True)
class SetUp:
    """What a calendar is made of, as its form says it. Labels of units: none for a quantity."""

    quantity: int = 1
    unit_labels: tuple[str, ...] = ()
    hours: tuple[WeeklyHours, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)


def why_not_set_up(user: User, listing: Listing) -> str:
    """Return why this listing gets no calendar from this person, or an empty text."""
    if refusal := rights.why_not_edit(user, listing):
        return refusal
    if not listing.is_offer or listing.transfer not in (Transfer.LOAN, Transfer.HOSTING):
        return "Un calendrier sert à ce qui se prête ou s’accueille, puis revient."
    return ""


@transaction.atomic
def set_up(listing: Listing, actor: User, wanted: SetUp) -> Resource:
    """Give the listing its calendar, or change the one that it has; returns it.

    Raises Refused, when fewer are left than people have reserved too.
    """
    held = _held(listing, actor)
    is_new = held.resource_id is None
    resource = held.resource or Resource(
        organisation=held.organisation, department=held.department, name=held.title[:120]
    )
    resource.kind = Resource.Kind.ITEMISED if wanted.unit_labels else Resource.Kind.BULK
    if not is_new:
        rules.lock([resource.pk])
        _check_kind_stays(resource)
    resource.quantity = wanted.quantity
    if is_new or not resource.listings.exclude(pk=held.pk).exists():
        _place(resource, held)
    for name, value in wanted.fields.items():
        setattr(resource, name, value)
    resource.save()
    _set_units(resource, wanted.unit_labels)
    _set_hours(resource, wanted.hours)
    check_room(resource)
    Listing.objects.filter(pk=listing.pk).update(resource=resource, quantity=resource.capacity or 1)
    listing.refresh_from_db()
    say_changed(listing)
    if is_new:
        calendar_given.send(sender=Resource, listing=listing)
    calendar_freed.send(sender=Resource, resource=resource)
    return resource


@transaction.atomic
def share(listing: Listing, actor: User, resource: Resource) -> None:
    """Have the listing use a calendar that its keeper has already: one van, two listings.

    Raises Refused when the listing has one, or when the other is not theirs to keep.
    """
    held = _held(listing, actor)
    if held.resource_id is not None:
        raise Refused("Cette annonce a déjà un calendrier.")
    if not kept_calendars(actor, listing).filter(pk=resource.pk).exists():
        raise Refused("Ce calendrier est tenu par quelqu’un d’autre.")
    rules.lock([resource.pk])
    Listing.objects.filter(pk=listing.pk).update(resource=resource, quantity=resource.capacity or 1)
    listing.refresh_from_db()
    say_changed(listing)
    calendar_given.send(sender=Resource, listing=listing)


def kept_calendars(user: User, listing: Listing) -> QuerySet[Resource]:
    """Return the calendars of the organisation that `user` keeps, by another listing of theirs."""
    theirs = Listing.objects.kept_by(user).filter(organisation=listing.organisation_id).order_by()
    return Resource.objects.filter(pk__in=theirs.values("resource")).order_by("name", "pk")


def why_not_keep(user: User, listing: Listing) -> str:
    """Return why `user` does not keep the dates of this listing, or an empty text.

    Once it is archived too: what is reserved is still to come.
    """
    if Listing.objects.kept_by(user).filter(pk=listing.pk).exists():
        return ""
    return "Seules les personnes qui répondent de cette annonce tiennent son calendrier."


@transaction.atomic
def close(
    resource: Resource, listing: Listing, actor: User, first: date, last: date, reason: str
) -> Closure:
    """Close the resource on whole days, both included. Raises Refused.

    What is already reserved then stays so: whoever closes is told how many, and writes to them.
    """
    _check_keeper(actor, listing)
    if last < first:
        raise Refused("La fin doit venir après le début.")
    # Two clicks, or two people: the same days are one closure.
    rules.lock([resource.pk])
    closure, is_new = Closure.objects.get_or_create(
        resource=resource, first_day=first, last_day=last, defaults={"reason": reason.strip()}
    )
    if not is_new and reason.strip():
        closure.reason = reason.strip()
        closure.save(update_fields=["reason"])
    say_changed(listing)
    return closure


@transaction.atomic
def open_again(closure: Closure, listing: Listing, actor: User) -> None:
    _check_keeper(actor, listing)
    Closure.objects.filter(pk=closure.pk).delete()
    say_changed(listing)
    calendar_freed.send(sender=Resource, resource=closure.resource)


def keep_for_ourselves(
    resource: Resource,
    listing: Listing,
    actor: User,
    wanted: Period,
    purpose: str,
    note: str,
    units: Sequence[Unit] = (),
) -> list[Allocation]:
    """Take the resource for own use or repair. Raises Refused, NotFree."""
    _check_keeper(actor, listing)
    if resource.is_itemised and not units:
        raise Refused("Dites lesquels.")
    if purpose not in (Allocation.Purpose.OWN_USE, Allocation.Purpose.REPAIR):
        raise Refused("Dites si vous vous en servez, ou s’il est en réparation.")
    if wanted.ends <= timezone.now():
        raise Refused(f"Ces dates sont passées{NBSP}: choisissez-en à venir.")
    return rules.book(
        resource, wanted, actor, purpose=purpose, units=units, note=note.strip()[:120]
    )


@transaction.atomic
def give_back(allocation: Allocation, listing: Listing, actor: User) -> None:
    """Free what was kept for ourselves; an exchange frees its own. Raises Refused."""
    _check_keeper(actor, listing)
    if allocation.purpose == Allocation.Purpose.EXCHANGE:
        raise Refused("Cette réservation vient d’un échange : c’est là qu’elle s’annule.")
    rules.release([allocation])
    calendar_freed.send(sender=Resource, resource=allocation.resource)


def reserved_then(resource: Resource, first: date, last: date) -> int:
    """Return how many reservations of others fall on these days; two bikes of one are one."""
    return (
        Allocation.objects.live()
        .filter(resource=resource, purpose=Allocation.Purpose.EXCHANGE)
        .within(day_start(first), day_end(last))
        .aggregate(many=Count("exchange", distinct=True))["many"]
    )


def _held(listing: Listing, actor: User) -> Listing:
    """Lock the listing before its resource, as whoever books does, and read it as it now is."""
    held = (
        Listing.objects.select_for_update(of=("self",))
        .select_related("organisation", "department", "commune", "resource")
        .get(pk=listing.pk)
    )
    if refusal := why_not_set_up(actor, held):
        raise Refused(refusal)
    return held


def _place(resource: Resource, listing: Listing) -> None:
    resource.commune, resource.place_label = listing.commune, listing.place_label
    resource.school_zone = zone_of(listing.commune.department_code) if listing.commune else ""


def _check_keeper(actor: User, listing: Listing) -> None:
    if refusal := why_not_keep(actor, listing):
        raise Refused(refusal)


def _check_kind_stays(resource: Resource) -> None:
    """What is reserved by the unit cannot become a quantity under people's feet, nor back."""
    before = Resource.objects.values_list("kind", flat=True).get(pk=resource.pk)
    if before == resource.kind:
        return
    to_come = Allocation.objects.live().filter(resource=resource, ends_at__gt=timezone.now())
    if to_come.exists():
        raise Refused(
            "Des réservations sont à venir : on ne peut plus changer la façon de compter. "
            "Attendez qu’elles soient passées, ou annulez-les."
        )


def _set_units(resource: Resource, labels: Sequence[str]) -> None:
    """Keep, add and put out of service, so that those in service are the list, in its order.

    What was out of service was not in the list that one read: it stays so until somebody names it,
    and whoever does has it repaired.
    """
    if len(labels) > MOST_UNITS:
        raise Refused(f"Pas plus de {figures(MOST_UNITS)} exemplaires dans un calendrier.")
    known = {unit.label: unit for unit in Unit.objects.filter(resource=resource)}
    for rank, label in enumerate(labels):
        unit = known.pop(label, None) or Unit(resource=resource, label=label)
        if not unit.in_service and unit.condition == Unit.Condition.BROKEN:
            unit.condition = Unit.Condition.GOOD
        unit.position, unit.in_service = rank, True
        unit.save()
    known = {label: unit for label, unit in known.items() if unit.in_service}
    used = Allocation.objects.filter(unit__in=[one.pk for one in known.values()])
    used_ids = set(used.order_by().values_list("unit_id", flat=True))
    for unit in known.values():
        if unit.pk in used_ids:  # past reservations point to it
            Unit.objects.filter(pk=unit.pk).update(in_service=False)
        else:
            unit.delete()


def _set_hours(resource: Resource, hours: Sequence[WeeklyHours]) -> None:
    if day := _overlap(hours):
        raise Refused(f"Deux plages d’ouverture se recouvrent le {day}{NBSP}: faites-en une seule.")
    OpeningHours.objects.filter(resource=resource).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(
            resource=resource,
            weekday=weekday,
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            term=one.term,
        )
        for one in hours
        for weekday in one.weekdays
    )


def _overlap(hours: Sequence[WeeklyHours]) -> str:
    """Return the weekday on which two stretches of one time of the year overlap, if any does.

    Longer hours during school holidays are no mistake: only what has the same term is compared.
    """
    taken: dict[tuple[int, str], list[tuple[time, time]]] = {}
    for one in hours:
        closes = time.max if one.closes_at == time(0) else one.closes_at
        for weekday in one.weekdays:
            others = taken.setdefault((weekday, one.term), [])
            if any(one.opens_at < until and closes > since for since, until in others):
                return str(OpeningHours.Weekday(weekday).label)
            others.append((one.opens_at, closes))
    return ""


def check_room(resource: Resource) -> None:
    """Refuse to leave fewer than what people have reserved from now on."""
    now = timezone.now()
    resource = Resource.objects.for_calendar().get(pk=resource.pk)
    to_come = Allocation.objects.live(now).filter(resource=resource, ends_at__gt=now)
    taken = list(to_come.select_related("unit").order_by())
    gone = next((one for one in taken if one.unit and not one.unit.in_service), None)
    if gone:
        raise Refused(
            f"{gone.unit} est réservé {period_words(gone.starts_at, gone.returns_at)}{NBSP}: "
            "gardez-le dans la liste jusque-là, ou annulez la réservation."
        )
    if not taken or resource.is_itemised:
        return
    starts = max(now, min(one.starts_at for one in taken))
    ends = max(one.ends_at for one in taken)
    usage = Usage(resource, taken)
    most = max(usage.taken_at(piece.starts) for piece in usage.pieces(starts, ends))
    if most > resource.quantity:
        raise Refused(
            f"{counted(most, 'exemplaire est', 'exemplaires sont')} déjà réservés en même temps"
            f"{NBSP}: gardez-en au moins {figures(most)}."
        )
