"""Where an exchange meets the calendar of what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation, Resource
from marketplace.booking.rules import Period
from marketplace.booking.usage import usages_of
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights, telling, transitions, waiting
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from marketplace.words import counted, span_words

S = ExchangeState
TAKEN_THEN = (
    "C’est pris à ces dates dans le calendrier : convenez d’autres dates dans la "
    "conversation, ou déclinez."
)
# How long what fell free is kept while its keeper thinks it over.
TIME_TO_ANSWER = timedelta(days=7)


def taken_then(free: int) -> str:
    """Return that it is not free at these dates, and how many are when some are left."""
    if free < 1:
        return TAKEN_THEN
    return (
        f"À ces dates, il en reste {counted(free, 'exemplaire', 'exemplaires')} dans le "
        "calendrier : convenez d’en prêter moins ou d’autres dates dans la conversation, "
        "ou déclinez."
    )


def wanted(starts: datetime | None, ends: datetime | None, quantity: int) -> Period:
    """Return what is wanted of a calendar; raises Refused without dates."""
    if not (starts and ends):
        raise Refused("Choisissez vos dates : elles décident de ce qui est libre.")
    return Period(starts, ends, quantity)


def first_state(listing: Listing, period: Period, *, waits: bool) -> str:
    """Return where an exchange about what has a calendar begins.

    Raises Refused with what the calendar has against it, NotFree when somebody else has it and the
    person does not say that they wait.
    """
    waiting.pass_on_lapsed(_resource(listing.resource))
    try:
        booking.check(_resource(listing.resource), period)
    except booking.NotFree:
        # What has begun falls free for nobody any more.
        if not waits or period.starts <= timezone.now():
            raise
        return S.WAITING
    return S.CONFIRMED if listing.is_booked_directly else S.PROPOSED


def take(exchange: Exchange, actor: User) -> None:
    """Write the exchange into the calendar of its resource, if it has one.

    Raises NotFree when somebody was faster. Those who asked for the same keep their place in line.
    """
    if exchange.resource is None:
        return
    if held := waiting.offer_of(exchange):
        booking.make_firm(held)
    else:
        period = waiting.period_of(exchange)
        booking.book(
            exchange.resource,
            period,
            actor,
            exchange_id=exchange.pk,
            asked_at=exchange.created_at,
        )
    _make_others_wait(exchange, exchange.resource)


def why_not_now(exchange: Exchange) -> str:
    """Return what its calendar has against a yes today, or an empty text; `take` decides."""
    if exchange.resource_id is None or waiting.offer_of(exchange):
        return ""
    resource = Resource.objects.for_calendar().get(pk=exchange.resource_id)
    try:
        booking.check(resource, waiting.period_of(exchange), asked_at=exchange.created_at)
    except booking.NotFree as taken:
        return taken_then(taken.free)
    except Refused as refusal:
        return str(refusal)
    return ""


def why_none_of(exchanges: Sequence[Exchange]) -> dict[int, str]:
    """Return what calendars have against a yes to each today, by id; few queries."""
    resources = Resource.objects.for_calendar().in_bulk(
        {one.resource_id for one in exchanges if one.resource_id}
    )
    wanted = {one.pk: waiting.period_of(one) for one in exchanges if one.resource_id in resources}
    if not wanted:
        return {}
    kept = set(
        Allocation.objects.live()
        .filter(exchange__in=wanted, state=Allocation.State.HELD)
        .order_by()
        .values_list("exchange_id", flat=True)
    )
    until = max(one.ends for one in wanted.values())
    usages = usages_of(
        resources.values(),
        min(one.starts for one in wanted.values()),
        until + max(one.buffer for one in resources.values()),
    )
    refusals = {}
    for one in exchanges:
        if one.pk in kept or one.pk not in wanted or one.resource_id is None:
            continue
        resource, period = resources[one.resource_id], wanted[one.pk]
        refusal = booking.why_not_then(resource, period, asked_at=one.created_at)
        free = usages[resource.pk].free(period.starts, period.ends + resource.buffer)
        refusals[one.pk] = refusal or (taken_then(free) if free < period.quantity else "")
    return refusals


@transaction.atomic
def take_offer(exchange: Exchange, actor: User) -> Exchange:
    """Say yes to what fell free: booked when access is direct, else it is the keeper's to answer.

    Raises Refused when it is not kept any more, Overtaken when somebody acted meanwhile.
    """
    if refusal := rights.why_not_take_offer(actor, exchange):
        raise Refused(refusal)
    booking.lock([exchange.resource_id] if exchange.resource_id else [])
    held = waiting.offer_of(exchange)
    if not held:
        raise Refused("Ce n’est plus gardé pour vous : choisissez de nouveau vos dates.")
    acting_for = rights.acting_for(actor, exchange)
    now = timezone.now()
    if exchange.listing.is_booked_directly:
        booking.make_firm(held)
        transitions.move(
            exchange,
            S.CONFIRMED,
            actor=actor,
            acting_for=acting_for,
            expires_at=None,
            contact_accepted_at=now,
        )
        telling.booked(exchange)
        return exchange
    deadline = min(now + TIME_TO_ANSWER, waiting.period_of(exchange).starts)
    booking.hold_longer(held, deadline)
    transitions.move(exchange, S.PROPOSED, actor=actor, acting_for=acting_for, expires_at=deadline)
    telling.asked(exchange, "")
    return exchange


def _make_others_wait(taken: Exchange, resource: Resource) -> None:
    """Put those who asked for what has just been taken in line, and tell them."""
    period = waiting.period_of(taken)
    gap = resource.buffer
    others = (
        Exchange.objects.filter(resource=resource, state=S.PROPOSED)
        .filter(wanted_from__lt=period.ends + gap, wanted_until__gt=period.starts - gap)
        .exclude(pk=taken.pk)
        .exclude(allocations__in=Allocation.objects.live())  # something is kept for them
        .for_page()
        .order_by("created_at", "pk")
    )
    resource = Resource.objects.for_calendar().get(pk=resource.pk)
    for other in others:
        try:
            booking.check(resource, waiting.period_of(other))
        except booking.NotFree:
            transitions.move(
                other, S.WAITING, actor=None, acting_for=None, expires_at=other.wanted_from
            )
            telling.queued(other)
        except Refused:  # its hours have changed since: whoever keeps it answers
            continue


def adopt(listing: Listing) -> None:
    """Give what was asked of a listing before it had a calendar its place in it.

    What is agreed is written down whatever the hours say. Raises Refused when two of them want the
    same thing at the same time: whoever keeps it settles that first.
    """
    resource = _resource(listing.resource)
    before = (
        listing.exchanges.open()
        .filter(resource=None, wanted_from__isnull=False, wanted_until__gt=timezone.now())
        .for_page()
        .order_by("created_at", "pk")
    )
    for exchange in before:
        Exchange.objects.filter(pk=exchange.pk).update(resource=resource)
        exchange.resource = resource
        if exchange.state not in (*rights.AGREED, S.UNDER_WAY):
            continue
        period = waiting.period_of(exchange)
        try:
            booking.book(resource, period, None, exchange_id=exchange.pk, is_agreed=True)
        except booking.NotFree as taken:
            raise Refused(
                f"Un accord est déjà donné {span_words(period.starts, period.ends)}, et il n’en "
                "reste pas assez alors. Comptez-en davantage, ou réglez d’abord cet échange."
            ) from taken


def _resource(resource: Resource | None) -> Resource:
    if resource is None:
        raise ValueError("it has no calendar")
    return resource
