"""What people reported, among what is kept of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation
from accounts.personal_data.durations import held_by
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import (
    EVERYBODY,
    Retention,
    Row,
    register_erasure,
    register_export,
    register_retention,
)
from marketplace.reports.models import Report


def due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    settled = Report.objects.filter(settled_at__lt=before)
    return held_by(settled, organisation, "reports", "listing__organisation")


def erase(found: QuerySet[Any]) -> int:
    ids = list(found.order_by().values_list("pk", flat=True))
    return Report.objects.filter(pk__in=ids).delete()[0]


def said_by(user: Any) -> list[Row]:
    mine = Report.objects.filter(reported_by=user).select_related("listing").order_by("at", "pk")
    return [
        {
            "Annonce": one.listing.title,
            "Raison": one.get_reason_display(),
            "Mes mots": one.words,
            "Le": moment(one.at),
            "Suite": one.get_outcome_display(),
        }
        for one in mine
    ]


def forget(user: Any) -> None:
    """Leave the reason, which the coordination still has to settle, without the person."""
    Report.objects.filter(reported_by=user).update(reported_by=None, reported_for=None, words="")


def register() -> None:
    register_retention(
        Retention(
            key="reports",
            label="Signalements d’annonces",
            counted_from="le jour où ils sont réglés",
            default_months=12,
            least_months=3,
            most_months=24,
            due=due,
            erase=erase,
            why="Un an suffit pour voir ce qui revient, et répondre à qui contesterait.",
            held_by=EVERYBODY,
        )
    )
    register_export("Mes signalements", said_by)
    register_erasure(forget)
