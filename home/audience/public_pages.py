"""The public pages that miss something when a file or a page is kept inside, or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from home.media.models import EditorialImage
from home.queries import VisiblePageQuerySet
from home.site_settings import SiteIdentity
from home.tenancy.own import own
from home.typography import NBSP, french

MOST_NAMED = 10  # in a sentence


def public_pages_with(target: Any) -> list[Page]:
    """Return the published pages of the desk, open to all, that show the picture or the document,
    or lead to the page; by title. Two queries, whatever their number."""
    uses = ReferenceIndex.get_references_to(target).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    ids = set(uses.order_by().values_list("object_id", flat=True))
    if isinstance(target, Page):
        ids.discard(str(target.pk))
    return list(
        own(VisiblePageQuerySet(Page).open_to_all()).filter(pk__in=ids).order_by("title", "pk")
    )


def is_a_logo(file: Any) -> bool:
    """Return whether every page of a site shows the picture, in its header; one query."""
    return isinstance(file, EditorialImage) and SiteIdentity.objects.filter(logo=file).exists()


def named(pages: list[Page]) -> str:
    """Return «« Un titre », « Un autre » et 3 autres»."""
    titles = [f"«{NBSP}{french(page.title)}{NBSP}»" for page in pages[:MOST_NAMED]]
    more = len(pages) - len(titles)
    if more:
        return f"{', '.join(titles)} et {more} autre{'s' if more > 1 else ''}"
    return ", ".join(titles)
