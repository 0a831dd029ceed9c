"""Keeping a page, and no longer."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, Site

from home.bookmarks.models import Bookmark
from home.queries import VisiblePageQuerySet, pages_visible_to

MOST = 300


class TooMany(Exception):
    """The list is long enough to be of no use: something must leave it first."""


def keep(user: Any, page: Page) -> None:
    """Keep the page for `user`; nothing happens when it is kept already. Raises TooMany."""
    mine = Bookmark.objects.filter(user=user)
    if mine.filter(page=page).exists():
        return
    if mine.count() >= MOST:
        raise TooMany
    Bookmark.objects.get_or_create(user=user, page=page)


def let_go(user: Any, page: Page) -> None:
    """Keep the page no longer; nothing happens when it was not kept."""
    Bookmark.objects.filter(user=user, page=page).delete()


def kept_pages(user: Any, site: Site) -> VisiblePageQuerySet:
    """Return the pages of `site` that `user` keeps and may still read, the last kept first."""
    return (
        pages_visible_to(user, site)
        .filter(bookmarks__user=user)
        .order_by("-bookmarks__kept_at", "-pk")
    )
