"""Events for the calendars of phones and computers: when, where, what, never who."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from wagtail.models import Site

    from home.events.pages import EventPage

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESHED_EVERY = timedelta(hours=6)


def one_event(event: EventPage, site: Site, online_url: str = "", *, off: bool = False) -> bytes:
    """Return the file of one event; `online_url` for who has a place only, `off`: takes the
    appointment away from a calendar that has it."""
    return _calendar([_entry(event, site, online_url, off=off)]).to_ical()


def feed(events: Iterable[EventPage], site: Site) -> bytes:
    """Return the calendar to subscribe to: the public events of a site, without any link to
    attend."""
    calendar = _calendar([_entry(event, site) for event in events])
    calendar.calendar_name = f"Agenda · {site.site_name}"
    calendar.refresh_interval = REFRESHED_EVERY
    return calendar.to_ical()


def _calendar(entries: list[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.PLATFORM_NAME}//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return calendar


def _entry(event: EventPage, site: Site, online_url: str = "", *, off: bool = False) -> Event:
    page_url = f"{site.root_url}{event.permanent_path}"
    text = [event.summary, f"Annulé : {event.cancel_reason}" if event.is_cancelled else ""]
    if online_url:
        text.append(f"Pour y assister à distance : {online_url}")
    text.append(page_url)
    entry = Event()
    entry.add("uid", f"{event.ref}@{site.hostname}")
    # Of two files of one appointment, calendars keep the one with the later stamp.
    stamp = timezone.now() if off else event.last_published_at or timezone.now()
    entry.add("dtstamp", stamp)
    entry.add("last-modified", stamp)
    entry.add("dtstart", timezone.localtime(event.starts_at))
    entry.add("dtend", timezone.localtime(event.ends_at))
    entry.add("summary", event.title)
    entry.add("description", "\n\n".join(part for part in text if part))
    entry.add("location", ", ".join(filter(None, [event.place, event.address])) or event.where)
    entry.add("url", page_url)
    entry.add("status", "CANCELLED" if off or event.is_cancelled else "CONFIRMED")
    return entry
