"""Bookings for the calendars of phones and computers.

One's own never say with whom: they stand on shared screens. Of a calendar that one keeps, for whom,
as `/mes-annonces/…/dates/` says it to its keeper today.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from icalendar import Calendar, Event

from accounts.readers import reader_for
from marketplace.booking import keeping
from marketplace.booking.models import Allocation
from marketplace.choices import ExchangeState
from marketplace.exchanges.models import Exchange, Participant
from marketplace.feeds.models import Feed

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESHED_EVERY = timedelta(hours=6)
# What is over stays for a while, so that a calendar is not emptied behind oneself.
KEPT_FOR = timedelta(days=92)
AT_MOST = 500
SURE = (ExchangeState.AGREED, ExchangeState.CONFIRMED, ExchangeState.UNDER_WAY)
DONE = (ExchangeState.COMPLETED, ExchangeState.CLOSED)


def write(feed: Feed, base_url: str) -> bytes:
    """Return the calendar of a feed that its owner may read. `base_url`: of the links in it."""
    if feed.resource is None:
        entries, name = _own(feed, base_url), "Mes réservations"
    else:
        entries, name = _kept(feed, base_url), feed.resource.name
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.PLATFORM_NAME}//Entraide//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.calendar_name = f"{name} · {settings.PLATFORM_NAME}"
    calendar.refresh_interval = REFRESHED_EVERY
    for entry in entries:
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _own(feed: Feed, base_url: str) -> Iterable[Event]:
    """Yield what the owner has booked or takes part in: two queries."""
    owner = feed.owner
    reader = reader_for(owner)
    takes_part = Participant.objects.filter(
        user=owner, state__in=[Participant.State.PROPOSED, Participant.State.CONFIRMED]
    ).order_by()
    mine = Q(asked_by=owner, asked_for__in=reader.organisation_ids) | Q(
        pk__in=takes_part.values("exchange")
    )
    rows = (
        Exchange.objects.visible_to(owner)
        .filter(mine, state__in=[*SURE, *DONE])
        .filter(wanted_from__isnull=False, wanted_until__gt=timezone.now() - KEPT_FOR)
        .for_page()
        .order_by("wanted_from", "pk")
    )
    for one in rows[:AT_MOST]:
        listing = one.listing
        place = listing.place_label or (listing.commune.name if listing.commune else "")
        yield _entry(
            uid=one.ref,
            stamp=one.state_since,
            starts=one.wanted_from,  # type: ignore[arg-type]
            ends=one.wanted_until,  # type: ignore[arg-type]
            summary=listing.display_title,
            description=listing.organisation.short_name,
            location=place,
            url=f"{base_url}{one.get_absolute_url()}",
        )


def _kept(feed: Feed, base_url: str) -> Iterable[Event]:
    """Yield what is taken of the calendar, each with what its keeper may read: two queries."""
    taken = (
        Allocation.objects.live()
        .filter(resource=feed.resource, returns_at__gt=timezone.now() - KEPT_FOR)
        .select_related("unit", "resource", "exchange__asked_for", "exchange__asked_by")
        .order_by("starts_at", "pk")
    )
    rows = list(taken[:AT_MOST])
    for one, said in zip(rows, keeping.rows(rows, feed.owner), strict=True):
        is_held = one.state == Allocation.State.HELD
        what = said["what"]
        if one.unit is None and one.quantity == 1:
            what = ""
        yield _entry(
            uid=one.ref,
            stamp=one.made_at,
            starts=one.starts_at,
            ends=one.returns_at,
            summary=" · ".join(filter(None, [str(one.resource), what, said["who"]])),
            description=said["note"],
            location=one.resource.place_label,
            url=f"{base_url}{said['url']}" if said["url"] else "",
            status="TENTATIVE" if is_held else "CONFIRMED",
        )


def _entry(
    *,
    uid: str,
    stamp: datetime,
    starts: datetime,
    ends: datetime,
    summary: str,
    description: str,
    location: str,
    url: str,
    status: str = "CONFIRMED",
) -> Event:
    entry = Event()
    entry.add("uid", f"{uid}@{slugify(settings.PLATFORM_NAME)}")
    # When it last changed, not now: a feed that says the same is the same, byte for byte.
    entry.add("dtstamp", stamp)
    entry.add("dtstart", timezone.localtime(starts))
    entry.add("dtend", timezone.localtime(ends))
    entry.add("summary", summary)
    if description or url:
        entry.add("description", "\n\n".join(filter(None, [description, url])))
    if location:
        entry.add("location", location)
    if url:
        entry.add("url", url)
    entry.add("status", status)
    return entry
