"""What the files of things keep of whoever sent them: little, and not for long."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Fixed, Row, register_erasure, register_export
from accounts.personal_data.registry import register_fixed as fixed
from marketplace.importing.models import ThingsFile
from marketplace.importing.rules import forget_person


def sent_by(user: Any) -> list[Row]:
    mine = ThingsFile.objects.filter(by=user).select_related("organisation")
    return [
        {
            "Organisme": one.organisation.name,
            "Fichier": one.file_name,
            "Envoyé le": moment(one.created_at),
            "Importé le": moment(one.applied_at),
        }
        for one in mine.order_by("created_at", "pk")
    ]


def forget(user: Any) -> None:
    """Delete what the person sent and nobody imported; of an import, its figures stay."""
    mine = ThingsFile.objects.filter(by=user)
    mine.filter(applied_at__isnull=True).delete()
    mine.update(file_name="")


def register() -> None:
    fixed(
        Fixed(
            label="Fichiers de matériel envoyés pour un import",
            counted_from="l’envoi",
            kept="jusqu’à l’import, un jour au plus ; ce qui en fut fait, trente jours",
            why="Le temps de lire ce qu’il changerait, puis de vérifier ce qu’il a changé.",
        )
    )
    register_export("Mes fichiers de matériel importés", sent_by)
    register_erasure(forget)
    register_erasure(forget_person)
