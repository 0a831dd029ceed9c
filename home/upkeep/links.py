"""Links of published pages that lead nowhere: to a page or a document that is gone,
or from what everybody reads to what is kept inside.

Only links inside the site are looked at: docs/decisions says why the others are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from home.advice.pieces import LINK, Piece, pieces_of
from home.models import EditorialDocument
from home.queries import VisiblePageQuerySet
from home.upkeep.models import LinkCheck

A_RUN = 100  # pages a tick
AGAIN_AFTER = timedelta(hours=20)

GONE, UNPUBLISHED, NO_DOCUMENT, INSIDE = "gone", "unpublished", "no_document", "inside"
REASONS = {
    GONE: "la page a été supprimée",
    UNPUBLISHED: "la page n’est plus publiée",
    NO_DOCUMENT: "le document a été supprimé",
    INSIDE: "la page est entre nous, et celle-ci est publique",
}


def look_at_links() -> int:
    """Look at the links of the pages that are due for it; returns how many pages."""
    pages = list(_due()[:A_RUN].specific())
    links = {page.pk: [piece for piece in pieces_of(page) if piece.kind == LINK] for page in pages}
    every = [piece for found in links.values() for piece in found]
    known = _states(_ids(every, "page") | set(links))
    documents = set(
        EditorialDocument.objects.filter(pk__in=_ids(every, "document")).values_list(
            "pk", flat=True
        )
    )
    for page in pages:
        broken = [
            {"words": piece.text, "place": piece.place, "reason": reason}
            for piece in links[page.pk]
            if (reason := _reason(piece, known, documents, known[page.pk].is_restricted))
        ]
        LinkCheck.objects.update_or_create(
            page_id=page.pk,
            defaults={
                "checked_at": timezone.now(),
                "broken": broken,
                "broken_count": len(broken),
            },
        )
    return len(pages)


def pages_with_broken_links(pages: QuerySet) -> QuerySet:
    """Return those of the pages that are published with broken links, as last looked at.

    A page published since then is left out until it is looked at again, a few minutes later.
    """
    return (
        pages.live()  # type: ignore[attr-defined]
        .filter(link_check__broken_count__gt=0)
        .exclude(last_published_at__gt=F("link_check__checked_at"))
        .select_related("link_check")
        .order_by("-link_check__broken_count", "pk")
    )


def _due() -> Any:
    changed = Q(last_published_at__gt=F("link_check__checked_at"))
    old = Q(link_check__checked_at__lt=timezone.now() - AGAIN_AFTER)
    due = Page.objects.live().filter(Q(link_check=None) | changed | old)
    return due.order_by(F("link_check__checked_at").asc(nulls_first=True), "pk")


def _target(piece: Piece) -> tuple[str, int] | None:
    kind, _, number = piece.target.partition(":")
    if kind in ("page", "document") and number.isdecimal():
        return kind, int(number)
    return None


def _ids(pieces: Iterable[Piece], kind: str) -> set[int]:
    targets = filter(None, map(_target, pieces))
    return {number for found, number in targets if found == kind}


def _states(page_ids: set[int]) -> dict[int, Any]:
    """Return the pages by their ids, each with `live` and `is_restricted`."""
    return VisiblePageQuerySet(Page).filter(pk__in=page_ids).with_restriction().in_bulk()


def _reason(piece: Piece, known: dict[int, Any], documents: set[int], from_inside: bool) -> str:
    """Return why the link leads nowhere, or nothing."""
    target = _target(piece)
    if target is None:
        return ""
    kind, number = target
    if kind == "document":
        return "" if number in documents else NO_DOCUMENT
    if number not in known:
        return GONE
    if not known[number].live:
        return UNPUBLISHED
    return INSIDE if known[number].is_restricted and not from_inside else ""
