"""What an event leaves for a person to do: be there tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.todos.registry import MINE, ToDo
from home.events import words
from home.events.models import SignUp


def tomorrow(user: Any) -> Iterator[ToDo]:
    """Yield the events of today and tomorrow where the person has a place: one query."""
    now = timezone.now()
    last_day = timezone.localdate(now) + timedelta(days=1)
    mine = (
        SignUp.objects.visible_to(user)
        .coming()
        .still_belonging()
        .filter(
            event__live=True,
            event__cancel_reason="",
            event__starts_at__gt=now,
            event__starts_at__lt=now + timedelta(days=2),
        )
        .select_related("event")
        .defer("event__body")
        .order_by("event__starts_at")
    )
    for sign_up in mine:
        event = sign_up.event
        if timezone.localdate(event.starts_at) > last_day:
            continue
        yield ToDo(
            desk=MINE,
            kind="event_tomorrow",
            icon="calendar-event",
            text=f"{words.near(event.starts_at)}, {words.hour(event.starts_at)} : {event.title}",
            strong=event.title,
            detail=event.where,
            url=event.permanent_path,
            action="Voir",
            since=sign_up.signed_up_at,
            due=event.starts_at,
        )
