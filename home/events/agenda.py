"""Lists of events: the agenda of a section, the next ones on the home page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from home.events import words
from home.events.models import SignUp
from home.events.queries import EventQuerySet

if TYPE_CHECKING:
    from home.events.pages import EventPage

EVENTS_A_SCREEN = 20
NEXT_EVENTS = 3
PAST = "passes"  # ?quand=passes


def entry(event: EventPage, request: HttpRequest) -> dict[str, Any]:
    """Return what `components/agenda.html` draws of an event that came `with_sign_ups`."""
    mark, kind = state_mark(event)
    return words.date_block(event.starts_at) | {
        "url": event.get_url(request),
        "title": event.title,
        "detail": ", ".join(filter(None, [event.where, _hours(event), _room(event)])),
        "summary": event.summary,
        "mark": mark,
        "mark_kind": kind,
    }


def entries(events: Iterable[EventPage], request: HttpRequest) -> list[dict[str, Any]]:
    return [entry(event, request) for event in events]


def state_mark(event: Any) -> tuple[str, str]:
    """Return what matters most to this reader, and the kind of badge that says it."""
    if event.is_cancelled:
        return "annulé", "danger"
    if event.own_state == SignUp.State.COMING:
        return "votre place est retenue", "success"
    if event.own_state == SignUp.State.WAITING:
        return "vous êtes en liste d’attente", "now"
    if not event.is_over and event.takes_sign_ups and is_full(event):
        return "complet", ""
    return "", ""


def is_full(event: Any) -> bool:
    return event.places is not None and event.coming_count >= event.places


def _hours(event: EventPage) -> str:
    first, last = (timezone.localdate(at) for at in (event.starts_at, event.ends_at))
    if first == last:
        return words.hour(event.starts_at)
    return f"jusqu’au {words.day(last, weekday=False, year=False)}"


def _room(event: Any) -> str:
    if event.is_cancelled or event.is_over:
        return ""
    if not event.takes_sign_ups:
        return "entrée libre"
    if event.places is None or is_full(event):
        return ""
    return words.counted(event.places - event.coming_count, "place", "places")


def section_context(events: EventQuerySet, request: HttpRequest) -> dict[str, Any]:
    """Return a screen of the agenda, month by month: to come, or those that are over."""
    past = request.GET.get("quand") == PAST
    wanted = (events.over() if past else events.to_come()).with_sign_ups(request.user)
    page = Paginator(wanted, EVENTS_A_SCREEN).get_page(request.GET.get("page"))
    months = [
        {"title": title.capitalize(), "events": [_by_weekday(one, request) for one in group]}
        for title, group in groupby(page.object_list, key=_month)
    ]
    return {"entries": page, "months": months, "past": past}


def _by_weekday(event: EventPage, request: HttpRequest) -> dict[str, Any]:
    """Return the entry with its weekday in the margin: the month is in the title above."""
    weekday = date_format(timezone.localtime(event.starts_at), "D").lower()
    return entry(event, request) | {"month": f"{weekday}."}


def _month(event: EventPage) -> str:
    return date_format(timezone.localtime(event.starts_at), "F Y")


def next_entries(events: EventQuerySet, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the next events that take place, of those the reader may see; one query."""
    wanted = events.taking_place().to_come().with_sign_ups(request.user).defer_streamfields()
    return entries(wanted[:NEXT_EVENTS], request)
