"""Counting the places of an event, and giving those that fall free.

Everything that counts places first locks the row of the event: on PostgreSQL the others wait for
it; on SQLite the whole transaction is alone. So the places are never exceeded, and of two clicks
at once the second finds what the first has done.
"""

from __future__ import annotations

from django.utils import timezone

from home.events import telling
from home.events.models import SignUp
from home.events.pages import EventPage


def lock_event(event_id: int) -> EventPage | None:
    """Return the event as it is now, alone to change who comes, or None when it is gone.

    Must be called in a transaction.
    """
    if not EventPage.objects.select_for_update(of=("self",)).filter(pk=event_id).exists():
        return None
    # Read after the lock: who waited for it must see what the other has committed.
    return EventPage.objects.with_restriction().defer_streamfields().get(pk=event_id)


def has_room(event: EventPage) -> bool:
    return event.places is None or _free(event) > 0


def fill(event: EventPage) -> int:
    """Give the free places of a locked event to those who wait, in their order; returns how many.

    Who left the organisation for which they signed up, or may not read the page any more, is passed
    over.
    """
    if not event.live or event.is_cancelled or event.starts_at <= timezone.now():
        return 0
    waiting = SignUp.objects.filter(event=event).waiting().still_belonging().select_related("user")
    chosen = list(waiting if event.places is None else waiting[: _free(event)])
    host = event.host_organisation() if chosen else None
    for sign_up in chosen:
        sign_up.state, sign_up.placed_at = SignUp.State.COMING, timezone.now()
        sign_up.save(update_fields=["state", "placed_at"])
        telling.place_found(sign_up, event, host)
    return len(chosen)


def _free(event: EventPage) -> int:
    """Return how many places are free; none when an editor lowered them below who comes."""
    return max(0, (event.places or 0) - SignUp.objects.filter(event=event).coming().count())
