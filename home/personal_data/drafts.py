"""What drafts mention: Wagtail's index of references only knows what is saved on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Page, Revision

# Numbers that are never a picture's or a document's.
OTHER_NUMBERS = frozenset(
    ("pk", "owner", "content_type", "locale", "numchild", "depth", "path", "latest_revision",
     "live_revision", "locked_by", "alias_of", "reading_minutes")
)  # fmt: skip
RICH_TEXT_ID = re.compile(r'\bid="(\d+)"')


def numbers_in_drafts(pages: QuerySet[Page]) -> set[int]:
    """Return every number that a draft or a scheduled version of these pages mentions; one query.

    More than the pictures and documents in it: to keep too much for a while harms nobody, to delete
    what somebody is about to publish would.
    """
    drafts = pages.filter(has_unpublished_changes=True, latest_revision__isnull=False)
    scheduled = Q(
        approved_go_live_at__isnull=False,
        object_id__in=pages.annotate(key=Cast("pk", CharField())).values("key"),
    )
    revisions = Revision.page_revisions.filter(
        Q(pk__in=drafts.values("latest_revision")) | scheduled
    )
    found: set[int] = set()
    for content in revisions.order_by().values_list("content", flat=True):
        found.update(_numbers(content))
    return found


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in OTHER_NUMBERS:
                yield from _numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)
    elif isinstance(value, str):
        if value.startswith(("[", "{")):  # a body is JSON within JSON
            try:
                yield from _numbers(json.loads(value))
            except ValueError:
                return
        else:
            yield from map(int, RICH_TEXT_ID.findall(value))
