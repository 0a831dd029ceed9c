"""What a reader may do with a page besides reading it: keep it, say whether it helped; its editors,
change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from home.feedback.guards import fresh_reading
from home.navigation import address_in
from home.rights import can_open_desk


@dataclass(frozen=True)
class Tools:
    """What is drawn around a page; `answer` is what the reader said of it (yes, no or nothing),
    `reading` what the form of this reading carries, `edit_url` leads its editors to its form."""

    path: str
    can_keep: bool
    is_kept: bool
    asks: bool
    answer: str
    reading: str
    edit_url: str


def tools_of(page: Any, request: HttpRequest) -> Tools | None:
    """Return what this reader may do with the page, None when it is nothing; no query.

    A page that is being written is not there yet to be kept or judged.
    """
    if getattr(request, "is_preview", False):
        return None
    can_keep = page.can_be_kept and request.user.is_authenticated
    may_edit = can_open_desk(request.user, request.site)  # type: ignore[attr-defined]
    if not (can_keep or page.asks_if_helpful or may_edit):
        return None
    return Tools(
        path=address_in(page, request.site),  # type: ignore[attr-defined]
        can_keep=can_keep,
        is_kept=page.is_kept,
        asks=page.asks_if_helpful,
        answer=page.own_answer or "",
        reading=fresh_reading(page) if page.asks_if_helpful else "",
        edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk]) if may_edit else "",
    )
