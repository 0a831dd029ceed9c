"""What is published of an event reaches those who signed up: once, and only what is new to them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from home.events import telling
from home.events.models import SignUp
from home.events.pages import CANCELLED, EventPage
from home.events.places import fill, lock_event

WITHDRAWN = "withdrawn"
OFF = (CANCELLED, WITHDRAWN)  # who was told one of these does not come


@transaction.atomic
def announce(event_id: int) -> int:
    """Tell those who signed up what they do not know yet, then give the places that are free.

    Returns how many were told. Publishing again without a change tells nobody.
    """
    event = lock_event(event_id)
    if event is None or not event.live or event.is_over:
        return 0
    outdated = SignUp.objects.filter(event=event).still_belonging()
    outdated = outdated.exclude(told=event.announcement)
    people = list(outdated.select_related("user"))
    if event.is_cancelled:
        telling.cancelled(event, people)
    else:
        telling.announced_again(event, [one for one in people if one.told in OFF])
        telling.changed(event, [one for one in people if one.told not in OFF])
    now = timezone.now()
    outdated.update(
        told=event.announcement,
        # Who has just read when and where needs no reminder of it the same day.
        reminded_at=now if now >= event.reminded_from else None,
    )
    fill(event)
    return len(people)


@transaction.atomic
def withdraw(event_id: int, *, for_good: bool = False) -> int:
    """Tell those who signed up that the page is gone, unless they know; returns how many."""
    event = lock_event(event_id)
    if event is None or event.is_over:
        return 0
    unaware = SignUp.objects.filter(event=event).still_belonging().exclude(told__in=OFF)
    people = list(unaware.select_related("user"))
    telling.withdrawn(event, people, for_good=for_good)
    unaware.update(told=WITHDRAWN)
    return len(people)


@transaction.atomic
def close_to_outsiders(event_id: int) -> int:
    """Take away the sign-ups of those who may not read the page any more, and give their places.

    Returns how many. They are told so, unless they know that the event is off. Who came to what is
    over, came.
    """
    event = lock_event(event_id)
    if event is None or event.is_over:
        return 0
    every = SignUp.objects.filter(event=event)
    outsiders = list(every.exclude(pk__in=every.may_read().values("pk")).select_related("user"))
    if not outsiders:
        return 0
    telling.closed(event, [one for one in outsiders if one.told not in OFF])
    every.filter(pk__in=[one.pk for one in outsiders]).delete()
    fill(event)
    return len(outsiders)


def close_left_open() -> int:
    """Take away what was left of events that were moved inside before `close_to_outsiders` was
    asked at each move; returns how many sign-ups. Again, it finds nothing."""
    every = SignUp.objects.filter(event__in=EventPage.objects.to_come().order_by())
    left = every.exclude(pk__in=every.may_read().values("pk"))
    events = set(left.values_list("event", flat=True))
    return sum(close_to_outsiders(event_id) for event_id in sorted(events))
