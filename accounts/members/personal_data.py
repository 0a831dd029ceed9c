"""What this folder keeps of people: the journal of what was changed, and who shows themselves."""

from __future__ import annotations

from datetime import datetime
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Organisation, PeopleEvent, User
from accounts.personal_data.queries import delete_all, public_bodies
from accounts.personal_data.registry import (
    EVERYBODY,
    Retention,
    Row,
    register_erasure,
    register_export,
    register_retention,
)


def old_events(organisation: Organisation | None, before: datetime) -> QuerySet[PeopleEvent]:
    """Return the old events of the organisation; those of associations for None."""
    old = PeopleEvent.objects.filter(at__lt=before)
    if organisation is None:
        return old.exclude(organisation__in=public_bodies().order_by().values("pk"))
    return old.filter(organisation=organisation)


def my_events(user: User) -> list[Row]:
    """Return what the journal says of the person: never who did it, for that is another's."""
    events = PeopleEvent.objects.filter(person=user).select_related("organisation")
    return [
        {
            "Le": date_format(timezone.localtime(event.at), "d/m/Y"),
            "Organisme": event.organisation.name,
            "Changement": event.get_kind_display(),
            "Détail": event.detail,
        }
        for event in events.order_by("at", "pk")
    ]


def my_directories(user: User) -> list[Row]:
    shown = user.memberships.filter(in_directory=True).select_related("organisation")
    return [{"Annuaire": one.organisation.name} for one in shown]


def leave_quietly(user: User) -> None:
    """Whoever erases their account appears nowhere, and the journal keeps no detail of them."""
    user.memberships.update(in_directory=False)
    PeopleEvent.objects.filter(person=user).update(detail="")


def register() -> None:
    """Say what this folder keeps; called once the models are loaded."""
    register_retention(
        Retention(
            key="people_journal",
            label="Journal des personnes et des services",
            counted_from="le changement",
            default_months=36,
            least_months=12,
            most_months=60,
            due=old_events,
            erase=delete_all,
            held_by=EVERYBODY,
            why="Il dit qui a confié ou retiré un rôle, et quand.",
        )
    )
    register_export("Changements de mes rôles et de mon poste", my_events)
    register_export("Annuaires où je parais", my_directories)
    register_erasure(leave_quietly)
