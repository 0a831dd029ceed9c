"""Taking a resource, keeping it, giving it back: one lock, one computation, one winner.

A booking locks the row of its resource, so bookings of one resource come one after the other; the
connection must be READ COMMITTED (PostgreSQL's default) for the second to see the first's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.booking.models import Allocation, Resource, Unit
from marketplace.booking.opening import is_open_at, is_open_throughout, stretches_on, why_closed
from marketplace.booking.usage import Usage, usage_of
from marketplace.refusals import Refused
from marketplace.words import NBSP, counted, day_words, duration_words, figures, moment_words

# As far as one books: school holidays are not known much further.
HORIZON = timedelta(days=550)


class NotFree(Refused):
    """Somebody else has it then; `free` is how many are left over the whole period."""

    def __init__(self, free: int, capacity: int) -> None:
        super().__init__(_not_free(free, capacity))
        self.free = free


@dataclass(frozen=True)
class Period:
    """What is wanted: half-open, aware, and how many.

    Kept in UTC: between two local times Python counts what clocks show, and a night in which the
    hour changes would be an hour too long or too short.
    """

    starts: datetime
    ends: datetime
    quantity: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", self.starts.astimezone(UTC))
        object.__setattr__(self, "ends", self.ends.astimezone(UTC))


def why_not_then(
    resource: Resource,
    wanted: Period,
    now: datetime | None = None,
    asked_at: datetime | None = None,
) -> str:
    """Return what the resource's own rules have against the period, or an empty text.

    Whoever may have it already is another question (`NotFree`). No query when the resource comes
    from `for_calendar`. The lead time counts from when one asked, `asked_at`: whoever answers takes
    nothing from it.
    """
    now = now or timezone.now()
    asked_at = asked_at or now
    if wanted.ends <= wanted.starts:
        return "La fin doit venir après le début."
    if wanted.quantity < 1:
        return "Demandez au moins un exemplaire."
    # Today's is still to be had, until it ends.
    if wanted.ends <= now or timezone.localdate(wanted.starts) < timezone.localdate(now):
        return f"Ces dates sont passées{NBSP}: choisissez-en à venir."
    if wanted.ends > now + HORIZON:
        return f"On réserve dix-huit mois à l’avance au plus{NBSP}: choisissez plus tôt."
    if wanted.starts < asked_at + resource.lead_time and resource.lead_time:
        soonest = moment_words(asked_at + resource.lead_time)
        return (
            f"Il faut s’y prendre {duration_words(resource.lead_time)} avant{NBSP}: "
            f"choisissez un début après le {soonest}."
        )
    if resource.longest and is_too_long(resource, wanted):
        return f"Pas plus de {duration_words(resource.longest)} à la fois{NBSP}: raccourcissez."
    return _why_closed_then(resource, wanted)


def is_too_long(resource: Resource, wanted: Period) -> bool:
    """Return whether the period is longer than the resource is lent for."""
    return resource.longest is not None and _length(resource, wanted) > resource.longest


def _length(resource: Resource, wanted: Period) -> timedelta:
    """Return how long: by the hour, in hours that pass; by the day, in days as clocks show them."""
    if resource.step == Resource.Step.HOUR:
        return wanted.ends - wanted.starts
    first, last = timezone.localtime(wanted.starts), timezone.localtime(wanted.ends)
    return last.replace(tzinfo=None) - first.replace(tzinfo=None)


def _why_closed_then(resource: Resource, wanted: Period) -> str:
    # Who takes a day, or two, takes the pause at noon and the night with them.
    if not resource.kept_while_closed and resource.step == Resource.Step.HOUR:
        if is_open_throughout(resource, wanted.starts, wanted.ends):
            return ""
        return _closed(resource, wanted.starts) or (
            f"Ce n’est pas ouvert pendant tout ce temps{NBSP}: regardez les horaires."
        )
    if not is_open_at(resource, wanted.starts):
        return _closed(resource, wanted.starts) or (
            f"Ce n’est pas ouvert à l’heure où vous viendriez{NBSP}: regardez les horaires."
        )
    if not is_open_at(resource, wanted.ends, as_end=True):
        return _closed(resource, wanted.ends - timedelta(seconds=1)) or (
            f"Ce n’est pas ouvert à l’heure où vous rendriez{NBSP}: regardez les horaires."
        )
    return ""


def check(
    resource: Resource,
    wanted: Period,
    now: datetime | None = None,
    asked_at: datetime | None = None,
) -> None:
    """Raise what `book` would raise now, Refused or NotFree; takes nothing, locks nothing."""
    now = now or timezone.now()
    if refusal := why_not_then(resource, wanted, now, asked_at):
        raise Refused(refusal)
    ends_at = wanted.ends + resource.buffer
    usage = usage_of(resource, wanted.starts, ends_at, at=now)
    _chosen(usage, wanted.starts, ends_at, wanted.quantity, ())


@transaction.atomic
def book(
    resource: Resource,
    wanted: Period,
    actor: User | None,
    *,
    hold_until: datetime | None = None,
    purpose: str = Allocation.Purpose.EXCHANGE,
    exchange_id: int | None = None,
    units: Sequence[Unit] = (),
    note: str = "",
    now: datetime | None = None,
    asked_at: datetime | None = None,
    is_agreed: bool = False,
) -> list[Allocation]:
    """Allocate the resource and return the rows: one a unit, or one with the quantity.

    Firm, or held until `hold_until`. `units` asks for these very ones; else the first free ones.
    Own use and repair are not bound by opening hours nor lead time, nor is what was agreed before
    there was a calendar (`is_agreed`). `asked_at`: see `why_not_then`. Raises Refused with what is
    in the way, NotFree when somebody else has it.
    """
    now = now or timezone.now()
    resource = _locked(resource)
    if purpose == Allocation.Purpose.EXCHANGE and not is_agreed:
        if refusal := why_not_then(resource, wanted, now, asked_at):
            raise Refused(refusal)
    elif wanted.ends <= wanted.starts:
        raise Refused("La fin doit venir après le début.")
    _release(Allocation.objects.filter(resource=resource).lapsed(now), now)
    ends_at = wanted.ends + resource.buffer
    usage = usage_of(resource, wanted.starts, ends_at, at=now)
    quantity = len(units) or wanted.quantity
    chosen = _chosen(usage, wanted.starts, ends_at, quantity, units)
    rows = [
        Allocation(
            resource=resource,
            unit=unit,
            quantity=1 if unit else quantity,
            starts_at=wanted.starts,
            returns_at=wanted.ends,
            ends_at=ends_at,
            state=Allocation.State.HELD if hold_until else Allocation.State.FIRM,
            held_until=hold_until,
            purpose=purpose,
            exchange_id=exchange_id,
            note=note,
            made_by=actor,
            made_at=now,
        )
        for unit in chosen
    ]
    return Allocation.objects.bulk_create(rows)


@transaction.atomic
def make_firm(allocations: Sequence[Allocation], now: datetime | None = None) -> None:
    """Confirm what is held. Raises Refused when its time is over: it may be somebody else's."""
    ids = [one.pk for one in allocations]
    _still_held(ids, now or timezone.now(), state=Allocation.State.FIRM, held_until=None)


@transaction.atomic
def hold_longer(
    allocations: Sequence[Allocation], until: datetime, now: datetime | None = None
) -> None:
    """Keep what is held until another moment. Raises Refused when its time is over already."""
    ids = [one.pk for one in allocations]
    _still_held(ids, now or timezone.now(), held_until=until)


def release(allocations: Sequence[Allocation], now: datetime | None = None) -> int:
    """Free what was taken; returns how many rows. What is free already stays so."""
    ids = [one.pk for one in allocations]
    return _release(Allocation.objects.filter(pk__in=ids), now or timezone.now())


def release_lapsed(now: datetime | None = None) -> int:
    """Free what was held and is no more; returns how many. Idempotent: `tick` runs it."""
    now = now or timezone.now()
    return _release(Allocation.objects.lapsed(now), now)


@transaction.atomic
def back_early(allocation: Allocation, at: datetime | None = None) -> None:
    """Free the rest of an allocation, buffer kept, when the thing came back before its time."""
    at = at or timezone.now()
    resource = _locked(allocation.resource)
    rows = Allocation.objects.filter(
        pk=allocation.pk, state=Allocation.State.FIRM, starts_at__lt=at, returns_at__gt=at
    )
    rows.update(returns_at=at, ends_at=at + resource.buffer)


@transaction.atomic
def keep_longer(allocation: Allocation, until: datetime) -> bool:
    """Let what has not come back stay taken until then, or until somebody else has it.

    Returns whether that changed anything.
    """
    resource = _locked(allocation.resource)
    row = Allocation.objects.filter(pk=allocation.pk, state=Allocation.State.FIRM).first()
    ends_at = until + resource.buffer
    if row is None or row.ends_at >= ends_at:
        return False
    usage = usage_of(resource, row.ends_at, ends_at)
    ends_at = usage.free_until(row.ends_at, ends_at, row.quantity, row.unit_id)
    if ends_at <= row.ends_at:
        return False
    row.returns_at = max(row.returns_at, ends_at - resource.buffer)
    row.ends_at = ends_at
    row.save(update_fields=["returns_at", "ends_at"])
    return True


def _still_held(ids: list[int], now: datetime, **changes: object) -> None:
    held = Allocation.objects.filter(pk__in=ids, state=Allocation.State.HELD, held_until__gt=now)
    if held.update(**changes) != len(ids):
        raise Refused(f"Ce n’est plus gardé pour vous{NBSP}: choisissez de nouveau vos dates.")


def lock(resource_ids: Iterable[int]) -> None:
    """Lock resources, in one order for everybody; before the rows of exchanges, never after.

    Whoever writes a calendar then goes through exchanges: two that took them the other way round
    would wait for each other.
    """
    locked = Resource.objects.select_for_update().filter(pk__in=list(resource_ids)).order_by("pk")
    list(locked.values_list("pk"))


def _locked(resource: Resource) -> Resource:
    lock([resource.pk])
    return Resource.objects.for_calendar().get(pk=resource.pk)


def _release(rows, now: datetime) -> int:  # type: ignore[no-untyped-def]
    return rows.exclude(state=Allocation.State.RELEASED).update(
        state=Allocation.State.RELEASED, released_at=now, held_until=None
    )


def _chosen(
    usage: Usage, starts: datetime, ends: datetime, quantity: int, asked: Sequence[Unit]
) -> list[Unit | None]:
    if quantity > usage.capacity:
        raise Refused(_beyond_capacity(usage.capacity))
    if not usage.is_itemised:
        free = usage.free(starts, ends)
        if free < quantity:
            raise NotFree(free, usage.capacity)
        return [None]
    free_units = usage.free_units(starts, ends)
    if asked:
        wanted = {unit.pk for unit in asked}
        free_units = [unit for unit in free_units if unit.pk in wanted]
    if len(free_units) < quantity:
        raise NotFree(len(free_units), usage.capacity)
    return list(free_units[:quantity])


def _closed(resource: Resource, moment: datetime) -> str:
    """Return that the whole day is closed; an empty text when it is a matter of hours."""
    day = timezone.localdate(moment)
    if stretches_on(resource, day):
        return ""
    reason = why_closed(resource, day)
    why = f" ({reason})" if reason else ""
    return f"C’est fermé le {day_words(moment)}{why}{NBSP}: choisissez un autre jour."


def _beyond_capacity(capacity: int) -> str:
    if capacity < 1:
        return "Aucun exemplaire n’est en service pour l’instant."
    if capacity == 1:
        return f"Il n’y en a qu’un{NBSP}: demandez-en un seul."
    return f"Il y en a {figures(capacity)} au plus{NBSP}: demandez-en moins."


def _not_free(free: int, capacity: int) -> str:
    if free < 1:
        return f"C’est déjà pris à ces dates{NBSP}: choisissez-en d’autres."
    return (
        f"À ces dates, il en reste {counted(free, 'exemplaire', 'exemplaires')} "
        f"sur {figures(capacity)}{NBSP}: demandez-en moins, ou choisissez d’autres dates."
    )
