"""What is kept of who comes to events, for how long, and what becomes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.personal_data.registry import (
    Retention,
    register_erasure,
    register_export,
    register_retention,
)
from home.events import words
from home.events.models import SignUp
from home.events.rules import remove
from home.queries import NO_LONGER, titles_for


def due(organisation: Any, before: datetime) -> QuerySet[SignUp]:
    """Return the sign-ups for the events of the organisation's site that ended before `before`."""
    if organisation.site_id is None:
        return SignUp.objects.none()
    return SignUp.objects.filter(
        event__path__startswith=organisation.site.root_page.path, event__ends_at__lt=before
    )


def erase(sign_ups: QuerySet[SignUp]) -> int:
    """Delete the sign-ups; returns how many."""
    return sign_ups.delete()[0]


def export(user: User) -> list[dict[str, Any]]:
    """Return what «mes données» says of the person's sign-ups.

    Of an event that they may no longer read, neither its title nor its day.
    """
    mine = list(SignUp.objects.visible_to(user).select_related("event", "organisation"))
    titles = titles_for(user, [sign_up.event for sign_up in mine])
    return [
        {
            "Événement": titles[sign_up.event_id],
            "Date": "" if titles[sign_up.event_id] == NO_LONGER else sign_up.event.when,
            "Pour": sign_up.organisation.name,
            "État": sign_up.get_state_display(),
            "Inscription": words.moment(sign_up.signed_up_at),
        }
        for sign_up in mine
    ]


def forget(user: User) -> None:
    """Give up every place of a person who erases their account."""
    now = timezone.now()
    mine = SignUp.objects.visible_to(user)
    for event_id, pk in mine.filter(event__ends_at__gt=now).values_list("event_id", "pk"):
        remove(event_id, [pk])
    mine.delete()


def register() -> None:
    """Called once, when the app is ready."""
    register_retention(
        Retention(
            key="event_sign_ups",
            label="Inscriptions aux événements",
            counted_from="la fin de l’événement",
            default_months=6,
            due=due,
            erase=erase,
            why=(
                "Elles servent à accueillir, puis à faire le bilan de l’événement. Ensuite, il "
                "n’en reste rien."
            ),
        )
    )
    register_export("Inscriptions aux événements", export)
    register_erasure(forget)
