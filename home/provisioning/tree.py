"""Adding pages to a tree so that doing it twice changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from home.changes import tell


def child(parent: Page, slug: str) -> Any:
    """Return the page below `parent` that has this slug, as its own type, or None."""
    found = parent.get_children().filter(slug=slug).first()
    return found.specific if found else None


@transaction.atomic
def ensure_child(
    parent: Page, page: Page, published_at: datetime | None = None, *, live: bool = True
) -> tuple[Any, bool]:
    """Add `page` below `parent` unless its slug is taken there; return the page and «new».

    One that is not `live` is a draft. What an editor has changed since is left as it is. Raises
    ValidationError when the page is not complete.
    """
    existing = child(parent, page.slug)
    if existing is not None:
        return existing, False
    if live:
        _as_published(page, published_at)
    else:
        page.live, page.has_unpublished_changes = False, True
        page.latest_revision_created_at = timezone.now()
    # treebeard counts the children on the instance it is given.
    parent.refresh_from_db(fields=["numchild", "path"])
    parent.add_child(instance=page)
    if live:
        tell([page.pk])
    return page, True


def publish(page: Page, at: datetime | None = None) -> None:
    """Publish the page as it is, as of that moment, and say so."""
    _as_published(page, at)
    page.save()
    tell([page.pk])


def _as_published(page: Page, at: datetime | None) -> None:
    now = at or timezone.now()
    page.live, page.has_unpublished_changes = True, False
    page.first_published_at = page.last_published_at = page.latest_revision_created_at = now


def branch(site: Site, *slugs: str) -> Any:
    """Return the page at that path below the home page; raises LookupError when there is none."""
    page = site.root_page.specific
    for slug in slugs:
        found = child(page, slug)
        if found is None:
            raise LookupError(f"{site} : il n’y a pas de page « {'/'.join(slugs)} ».")
        page = found
    return page
