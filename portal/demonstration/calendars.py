"""Calendars with gaps: what is open when, who has it, and what we keep for ourselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.booking import rules as booking
from marketplace.booking import setting_up
from marketplace.booking.models import Allocation, Resource
from marketplace.booking.opening import moment, stretches_on, whole_days
from marketplace.booking.rules import Period
from marketplace.booking.setting_up import SetUp, WeeklyHours
from marketplace.choices import ExchangeState
from marketplace.models import Exchange, ExchangeEvent, Listing
from portal.demonstration.source import addresses, read, reference, some

# Far enough to find the eighth Tuesday on which something is open.
SEARCHED = 120


def load_calendars() -> Iterator[str]:
    """Give their calendar to the listings that have none yet; yields their titles."""
    organisations = {org.slug: org for org in Organisation.objects.all()}
    emails = addresses()
    people = {user.email: user for user in User.objects.all()}
    for item in read("calendars"):
        listing = Listing.objects.select_related("organisation", "commune", "author").get(
            ref=reference("listing", item["listing"])
        )
        yield listing.title
        if listing.resource_id or not listing.is_published:
            continue
        setting_up.set_up(listing, listing.author, _set_up(item))
        resource = Resource.objects.for_calendar().get(pk=listing.resource_id)
        if wanted := item.get("asked"):
            _word_request(listing, resource, wanted, people[emails[wanted["by"]]])
        for rank, wanted in enumerate(some(item.get("bookings"))):
            person = people[emails[wanted["by"]]] if wanted.get("by") else None
            _book(listing, resource, wanted, person, organisations.get(wanted.get("for")), rank)


def _set_up(item: dict[str, Any]) -> SetUp:
    return SetUp(
        quantity=item.get("quantity") or 1,
        unit_labels=tuple(some(item.get("units"))),
        hours=tuple(
            WeeklyHours(
                tuple(one["days"]),
                _clock(one["from"]),
                _clock(one["to"]),
                one.get("term", "always"),
            )
            for one in some(item.get("hours"))
        ),
        fields={
            "step": item["step"],
            "kept_while_closed": not item.get("in_place"),
            "closed_on_public_holidays": not item.get("always_open"),
            "lead_time": timedelta(days=item.get("lead") or 0),
            "longest": timedelta(hours=item["longest"]) if item.get("longest") else None,
            "buffer": timedelta(minutes=item.get("buffer") or 0),
        },
    )


def _word_request(
    listing: Listing, resource: Resource, wanted: dict[str, Any], person: User
) -> None:
    """Give a request that was made in whole days the hours of the calendar."""
    starts, ends = _when(resource, wanted)
    asked = Exchange.objects.filter(listing=listing, asked_by=person, state=ExchangeState.PROPOSED)
    asked.update(wanted_from=starts, wanted_until=ends)


def _book(
    listing: Listing,
    resource: Resource,
    wanted: dict[str, Any],
    person: User | None,
    organisation: Organisation | None,
    rank: int,
) -> None:
    starts, ends = _when(resource, wanted)
    period = Period(starts, ends, wanted.get("quantity") or 1)
    if person is None or organisation is None:
        booking.book(
            resource,
            period,
            listing.author,
            purpose=wanted.get("why") or Allocation.Purpose.OWN_USE,
            note=wanted.get("note") or "",
        )
        return
    asked_at = timezone.now() - timedelta(days=1 + rank % 5)
    exchange = Exchange.objects.create(
        ref=reference("booking", listing.ref, str(rank)),
        listing=listing,
        giver=listing.organisation,
        receiver=organisation,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        asked_by=person,
        asked_for=organisation,
        keeper=listing.author,
        resource=resource,
        wanted_from=starts,
        wanted_until=ends,
        quantity=period.quantity,
        state=ExchangeState.CONFIRMED,
        created_at=asked_at,
        state_since=asked_at,
        contact_accepted_at=asked_at,
    )
    ExchangeEvent.objects.create(
        exchange=exchange,
        to_state=ExchangeState.CONFIRMED,
        actor=person,
        for_organisation=organisation,
        at=asked_at,
    )
    chosen = [one for one in resource.units.all() if one.label == wanted.get("unit")]
    booking.book(resource, period, person, exchange_id=exchange.pk, units=chosen, now=asked_at)


def _when(resource: Resource, wanted: dict[str, Any]) -> tuple[datetime, datetime]:
    first = _open_day(resource, wanted["nth"], wanted.get("weekday"))
    if "until" in wanted:
        return whole_days(resource, first, _open_day(resource, wanted["until"]))
    return moment(first, _clock(wanted["from"])), moment(first, _clock(wanted["to"]))


def _open_day(resource: Resource, number: int, weekday: int | None = None) -> date:
    """Return the nth day from tomorrow on which it is open: the same gaps, whatever today is.

    Of those on a weekday, if one is given.
    """
    today = timezone.localdate()
    later = (today + timedelta(days=number) for number in range(1, SEARCHED))
    if weekday is not None:
        later = (day for day in later if day.weekday() == weekday)
    return [day for day in later if stretches_on(resource, day)][number - 1]


def _clock(text: str) -> time:
    return time.fromisoformat(text)
