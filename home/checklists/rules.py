"""Ticking the lines of a list, and finding them again: for oneself, nobody else reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from wagtail.models import Page

from accounts.models import User
from home.checklists.models import ChecklistTick

BLOCK = "checklist"


def lines_of(page: Any) -> dict[str, str]:
    """Return the words of every line of the page's lists, by the line's identifier."""
    return dict(_lines(page))


def _lines(page: Any) -> Iterator[tuple[str, str]]:
    for block in getattr(page, "body", ()):
        if block.block_type == BLOCK:
            for line in block.value.bound_blocks:
                yield line.id, str(line.value)


def ticked_on(user: Any, page: Any) -> set[str]:
    """Return the identifiers of the lines that the person has ticked on the page.

    No query for a page without a list, nor for who is not signed in.
    """
    if not user.is_authenticated or page.pk is None or not lines_of(page):
        return set()
    ticks = ChecklistTick.objects.filter(user=user, page_id=page.pk)
    return set(ticks.values_list("item", flat=True))


@transaction.atomic
def keep_ticks(user: User, page: Page, shown: Iterable[str], done: Iterable[str]) -> int:
    """Keep which of the lines `shown` are done, and return how many are.

    What is not a line of the page, or was not shown, is left alone: the page may have changed since
    it was opened.
    """
    asked, finished = set(shown), set(done)
    lines = [line for line in lines_of(page) if line in asked]
    ticked = [line for line in lines if line in finished]
    ticks = ChecklistTick.objects.filter(user=user, page_id=page.pk)
    ticks.filter(item__in=lines).exclude(item__in=ticked).delete()
    ChecklistTick.objects.bulk_create(
        [ChecklistTick(user=user, page_id=page.pk, item=item) for item in ticked],
        ignore_conflicts=True,  # ticked already, or in another tab at this moment
    )
    return len(ticked)
