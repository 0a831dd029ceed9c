"""Saying whether a page helped, adding a word, and dealing with what was said."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from home.feedback.models import FeedbackQuerySet, PageFeedback


def answer(page: Page, user: Any, value: str, ref: str) -> PageFeedback:
    """Record the answer of `user`, or of nobody when not signed in; returns the row.

    A second answer changes the first: that of a signed-in person, or that of the same reading of
    the page, which `ref` is for. What was dealt with is open again when the answer changes.
    """
    whose = {"user": user} if user.is_authenticated else {"user": None, "ref": ref}
    found, is_new = PageFeedback.objects.get_or_create(
        page=page, **whose, defaults={"answer": value}
    )
    if not is_new and found.answer != value:
        found.answer, found.changed_at, found.settled_at = value, timezone.now(), None
        found.save(update_fields=["answer", "changed_at", "settled_at"])
    return found


@transaction.atomic
def comment(feedback: PageFeedback, words: str, *, signed: bool = False) -> None:
    """Add a word to an answer, for the page's author; the same word again changes nothing.

    The name goes with it when `signed` and somebody gave the answer. The author hears of it once a
    day (telling.py).
    """
    locked = PageFeedback.objects.select_for_update().get(pk=feedback.pk)
    signed = signed and locked.user_id is not None
    if (locked.comment, locked.is_signed) == (words, signed):
        return
    locked.comment, locked.changed_at, locked.settled_at = words, timezone.now(), None
    locked.is_signed, locked.told_on = signed, None
    locked.save(update_fields=["comment", "is_signed", "changed_at", "settled_at", "told_on"])


def settle(found: FeedbackQuerySet) -> int:
    """Say that these were dealt with: they leave the desk, and the page counts from zero again."""
    return found.open().update(settled_at=timezone.now())
