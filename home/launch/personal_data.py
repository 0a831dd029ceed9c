"""What is kept of who was invited in a wave, for how long, and what becomes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Notice, User
from accounts.personal_data.registry import (
    Retention,
    register_erasure,
    register_export,
    register_retention,
)
from accounts.personal_data.traces import Traces
from home.launch.models import Guest, ManagersLetter


def due(organisation: Any, before: datetime) -> QuerySet[Guest]:
    """Return the people of the organisation's waves that left before `before`."""
    return Guest.objects.filter(organisation=organisation, wave__sent_at__lt=before)


def erase(guests: QuerySet[Guest]) -> int:
    """Forget who was invited (how many were stays); returns how many."""
    return guests.delete()[0]


def export(user: User) -> list[dict[str, Any]]:
    """Return what «mes données» says of the waves in which the person was written to."""
    mine = Guest.objects.filter(user=user).select_related("wave", "organisation")
    return [
        {
            "Pour rejoindre": guest.organisation.name,
            "Lettre envoyée le": date_format(timezone.localtime(guest.wave.sent_at), "j F Y"),
        }
        for guest in mine.order_by("wave__sent_at", "pk")
    ]


def forget(user: User) -> None:
    """Take the person out of the waves, of the letter that they wrote, and of their welcomes."""
    Guest.objects.filter(user=user).delete()
    traces = Traces(user)
    traces.clean(ManagersLetter.objects.filter(written_by=user), "text", own=True)
    # Nobody is welcomed twice in an organisation: the wave says by whom.
    welcomed = Guest.objects.filter(
        wave__sent_by=user,
        user=OuterRef("recipient"),
        organisation=OuterRef("organisation"),
    )
    told = Notice.objects.filter(Exists(welcomed), kind="launch_welcome")
    traces.clean(told, "body")


def register() -> None:
    """Called once, when the app is ready."""
    register_retention(
        Retention(
            key="launch_waves",
            label="Personnes invitées par vagues",
            counted_from="l’envoi de la vague",
            default_months=12,
            due=due,
            erase=erase,
            why="Cela évite d’inviter deux fois la même personne. Ensuite, seul le nombre reste.",
        )
    )
    register_export("Invitations par vagues", export)
    register_erasure(forget)
