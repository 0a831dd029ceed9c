"""What readers said of pages, among what is kept of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import (
    Retention,
    Row,
    register_erasure,
    register_export,
    register_retention,
)
from home.feedback.models import PageFeedback
from home.queries import titles_for


def due(organisation: Organisation, before: datetime) -> QuerySet[Any]:
    """Return what was last said before that moment of the pages of the collectivité."""
    if organisation.site is None:
        return PageFeedback.objects.none()
    return PageFeedback.objects.in_tree(organisation.site.root_page.path).filter(
        changed_at__lt=before
    )


def erase(found: QuerySet[Any]) -> int:
    return found.delete()[1].get("home.PageFeedback", 0)


def said_by(user: Any) -> list[Row]:
    mine = list(
        PageFeedback.objects.filter(user=user).select_related("page").order_by("changed_at", "pk")
    )
    titles = titles_for(user, [row.page for row in mine])
    return [
        {
            "Page": titles[row.page_id],
            "Vous a-t-elle aidé ?": row.get_answer_display(),
            "Votre mot": row.comment,
            "Signé": "oui" if row.is_signed else "non",
            "Le": moment(row.changed_at),
        }
        for row in mine
    ]


def forget(user: Any) -> None:
    """Keep the answer, which counts for the page, and take the person and their words out."""
    PageFeedback.objects.filter(user=user).update(user=None, comment="", is_signed=False)


def register() -> None:
    register_retention(
        Retention(
            key="page_feedback",
            label="Avis donnés sur les pages",
            counted_from="l’avis",
            default_months=24,
            least_months=3,
            most_months=36,
            due=due,
            erase=erase,
            why="Le temps de reprendre les pages qui n’aident pas.",
        )
    )
    register_export("Mes avis sur les pages", said_by)
    register_erasure(forget)
