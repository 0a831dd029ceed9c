"""What a person has ticked is theirs: they take it with them, and it does not stay after them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from wagtail.models import Page

from accounts.models import Organisation, User
from accounts.personal_data.kinds import delete_all
from accounts.personal_data.registry import (
    EVERYBODY,
    Retention,
    register_erasure,
    register_export,
    register_retention,
)
from home.checklists.models import ChecklistTick
from home.checklists.rules import lines_of
from home.personal_data.files import owned_by
from home.queries import NO_LONGER, titles_for


def ticks_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the old ticks on the pages of the organisation; for None, on those of no body."""
    return owned_by(organisation, ChecklistTick.objects.filter(ticked_at__lt=before))


def rows(user: User) -> list[dict[str, Any]]:
    """Return the lines that the person has ticked, in the words of the page as it is now.

    Of a page that they may no longer read, neither its title nor its lines.
    """
    ticks = list(user.checklist_ticks.order_by("page_id", "pk"))
    pages = list(Page.objects.filter(pk__in={one.page_id for one in ticks}).specific())
    titles = titles_for(user, pages)
    words = {page.pk: lines_of(page) for page in pages if titles[page.pk] != NO_LONGER}
    return [
        {
            "Page": titles[one.page_id],
            "Ligne": words[one.page_id].get(one.item, "une ligne qui n’y est plus")
            if one.page_id in words
            else "",
            "Cochée le": localtime(one.ticked_at),
        }
        for one in ticks
    ]


def forget(user: User) -> None:
    user.checklist_ticks.all().delete()


def register() -> None:
    register_retention(
        Retention(
            key="checklist_ticks",
            label="Lignes cochées dans les guides",
            counted_from="le jour où chacune a été cochée",
            default_months=24,
            least_months=3,
            most_months=60,
            due=ticks_due,
            erase=delete_all,
            why="Chaque personne retrouve ses coches ; personne d’autre ne les lit.",
            held_by=EVERYBODY,
        )
    )
    register_export("Mes listes cochées", rows)
    register_erasure(forget)
