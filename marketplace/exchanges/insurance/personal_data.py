"""How long insurance certificates are kept, and what the person who deposited one reads of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

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
from accounts.personal_data.traces import Traces
from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.exchanges.insurance.rules import delete_all

KEY = "insurance_certificates"


def due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the certificates that ended before that day."""
    ended = InsuranceCertificate.objects.filter(valid_until__lt=timezone.localdate(before))
    return held_by(ended, organisation, KEY, "organisation")


def deposited_by(user: Any) -> list[Row]:
    mine = InsuranceCertificate.objects.filter(added_by=user).select_related("organisation")
    return [
        {
            "Organisme": one.organisation.name,
            "Assureur": one.insurer,
            "Valable jusqu’au": one.valid_until.strftime("%d/%m/%Y"),
            "Adresse du fichier": one.file.url,
            "Déposée le": moment(one.added_at),
        }
        for one in mine.order_by("added_at", "pk")
    ]


def forget(user: Any) -> None:
    """Delete what is of no use any more; one in force is the organisation's, for its loans."""
    mine = InsuranceCertificate.objects.filter(added_by=user)
    delete_all(mine.filter(valid_until__lt=timezone.localdate()))
    Traces(user).clean(mine, "insurer", own=True)


def register() -> None:
    register_retention(
        Retention(
            key=KEY,
            label="Attestations d’assurance",
            counted_from="leur date de fin",
            default_months=24,
            least_months=12,
            most_months=60,
            due=due,
            erase=delete_all,
            why="Le temps de régler un dégât constaté pendant un prêt qu’elle couvrait.",
            held_by=EVERYBODY,
        )
    )
    register_export("Mes attestations d’assurance déposées", deposited_by)
    register_erasure(forget)
