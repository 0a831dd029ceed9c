"""Kept pages among «mes données»: they are the person's own, and leave with them."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Row, register_erasure, register_export
from home.bookmarks.models import Bookmark
from home.queries import titles_for


def kept_by(user: Any) -> list[Row]:
    """Return the kept pages, by their titles where the person may still read them."""
    rows = list(Bookmark.objects.filter(user=user).select_related("page").order_by("kept_at"))
    titles = titles_for(user, [row.page for row in rows])
    return [{"Page": titles[row.page_id], "Gardée le": moment(row.kept_at)} for row in rows]


def forget(user: Any) -> None:
    Bookmark.objects.filter(user=user).delete()


def register() -> None:
    register_export("Mes pages gardées", kept_by)
    register_erasure(forget)
