"""The reminder of the day before: `tick` calls it, as often as one likes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from home.events import telling
from home.events.models import SignUp
from home.events.pages import EventPage


def remind_due(now: datetime | None = None) -> int:
    """Remind those who come tomorrow, or today if the clock was late; returns how many.

    Once each: the row is claimed before the person is told, in one transaction. Who got their
    place since then has just read when and where.
    """
    now = now or timezone.now()
    soon = EventPage.objects.taking_place().filter(
        starts_at__gt=now, starts_at__lt=now + timedelta(days=2)
    )
    reminded = 0
    for event in soon.defer_streamfields():
        due_from = event.reminded_from
        if due_from > now:
            continue
        host = event.host_organisation()
        due = SignUp.objects.filter(
            event=event, reminded_at__isnull=True, placed_at__lt=due_from
        ).coming()
        for sign_up in due.still_belonging().select_related("user"):
            reminded += _remind(sign_up, event, host, now)
    return reminded


@transaction.atomic
def _remind(sign_up: SignUp, event: EventPage, host: object, now: datetime) -> int:
    claimed = SignUp.objects.filter(pk=sign_up.pk, reminded_at__isnull=True).update(reminded_at=now)
    if claimed:
        telling.reminder(sign_up, event, host)  # type: ignore[arg-type]
    return claimed
