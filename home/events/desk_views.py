"""At the desk: who comes to one of our events, to read, to print, to take away."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from home.events.pages import EventPage
from home.events.participants import Participant, as_csv, participants
from home.tenancy.own import own


def _list(page_id: int) -> tuple[EventPage, list[Participant]]:
    """Return the desk's own event and who comes. Raises Http404 for another's."""
    event = own(EventPage.objects.all()).filter(pk=page_id).first()
    if event is None:
        raise Http404
    return event, participants(event, event.host_organisation())


def _context(page_id: int) -> dict[str, Any]:
    event, people = _list(page_id)
    coming = [one for one in people if one.is_coming]
    return {
        "event": event,
        "coming": coming,
        "waiting": [one for one in people if not one.is_coming],
        "over": max(0, len(coming) - event.places) if event.places is not None else 0,
    }


@never_cache
@require_safe
@require_admin_access
def event_participants(request: HttpRequest, page_id: int) -> HttpResponse:
    return render(request, "home/desk/event_participants.html", _context(page_id))


@never_cache
@require_safe
@require_admin_access
def event_sheet(request: HttpRequest, page_id: int) -> HttpResponse:
    """The sheet to sign at the door, with lines left for who comes unannounced."""
    return render(request, "home/desk/event_sheet.html", _context(page_id) | {"blank": range(6)})


@never_cache
@require_safe
@require_admin_access
def event_csv(request: HttpRequest, page_id: int) -> HttpResponse:
    event, people = _list(page_id)
    answer = HttpResponse(as_csv(people), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="inscriptions-{event.slug}.csv"'
    return answer
