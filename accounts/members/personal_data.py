"""What this folder keeps of people: the journal of what was changed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.importing.rules import forget_person
from accounts.models import Organisation, PeopleEvent, User
from accounts.personal_data.durations import held_by
from accounts.personal_data.kinds import delete_all
from accounts.personal_data.registry import (
    EVERYBODY,
    Fixed,
    Retention,
    Row,
    register_erasure,
    register_export,
    register_fixed,
    register_retention,
)

KEY = "people_journal"


def old_events(organisation: Organisation | None, before: datetime) -> QuerySet[PeopleEvent]:
    old = PeopleEvent.objects.filter(at__lt=before)
    return held_by(old, organisation, KEY, "organisation")


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


def forget_details(user: User) -> None:
    """The journal says nothing more of a person whose account is erased: where, nor doing what."""
    PeopleEvent.objects.filter(person=user).update(detail="")


def register() -> None:
    """Say what this folder keeps; called once the models are loaded."""
    register_retention(
        Retention(
            key=KEY,
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
    register_fixed(
        Fixed(
            label="Fichiers de personnes envoyés pour un import",
            counted_from="l’envoi",
            kept="jusqu’à l’import, un jour au plus",
            why="Le temps de lire ce qu’il changerait ; ce qui en reste ne nomme personne.",
        )
    )
    register_export("Changements de mes rôles et de mon poste", my_events)
    register_erasure(forget_details)
    register_erasure(forget_person)
