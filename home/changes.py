"""Saying that pages changed, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from home.signals import pages_changed

_held: ContextVar[set[int] | None] = ContextVar("pages_changed", default=None)


def tell(page_ids: list[int]) -> None:
    """Say that these pages changed: now, or at the end of the `together` that we are in."""
    held = _held.get()
    if held is not None:
        held.update(page_ids)
    elif page_ids:
        pages_changed.send(sender=Page, page_ids=page_ids)


@contextmanager
def together() -> Iterator[None]:
    """Change many pages in one transaction, and say so once at its end; for whole trees.

    An error undoes the changes, and nothing is said.
    """
    if _held.get() is not None:
        yield
        return
    held: set[int] = set()
    token = _held.set(held)
    try:
        with transaction.atomic():
            yield
            _held.reset(token)
            tell(sorted(held))
    finally:
        if _held.get() is held:
            _held.reset(token)


def branch_ids(page: Page) -> list[int]:
    """Return the ids of the page and of all below it."""
    return list(Page.objects.filter(path__startswith=page.path).values_list("pk", flat=True))


@receiver([page_published, page_unpublished])
def _one(instance: Page, **kwargs: Any) -> None:
    tell([instance.pk])


@receiver(page_slug_changed)
def _address(instance: Page, **kwargs: Any) -> None:
    tell(branch_ids(instance))


@receiver(post_page_move)
def _moved(instance: Page, url_path_before: str, url_path_after: str, **kwargs: Any) -> None:
    if url_path_before != url_path_after:
        tell(branch_ids(Page.objects.get(pk=instance.pk)))


@receiver(post_delete)
def _deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    if sender is Page:
        tell([instance.pk])


@receiver([post_save, post_delete], sender=PageViewRestriction)
def _privacy(instance: PageViewRestriction, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        tell(branch_ids(page))
