"""When a person was here: this visit, and the one before, which «nouveau depuis» is counted from.

Each site has its own: what is new in an intranet is new to who comes there for the first time,
wherever else they were. A visit goes on while less than half an hour passes between two pages.
`last_seen_at` moves during the visit; `previous_at` is where it stood when the visit began, and
does not. The person's own `last_seen_at`, of all sites together, says which accounts nobody uses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.db.models import Case, F, QuerySet, Subquery, When
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.models import Site

from accounts.models import User, Visit

PAUSE = timedelta(minutes=30)
# Often enough to know that a visit goes on, seldom enough to cost nothing.
WRITTEN_EVERY = timedelta(minutes=5)


def with_visit_before(rows: QuerySet[Any], user: User, site: Site) -> QuerySet[Any]:
    """Return the rows, each with when the person was last on this site before this visit as
    `visit_before`, None on their first: read in the same query."""
    # The page that begins a visit is shown before the visit is noted.
    before = _previous_at(timezone.now())
    found = Visit.objects.filter(user=user, site=site).annotate(before=before)
    return rows.annotate(visit_before=Subquery(found.values("before")[:1]))


def _previous_at(now: datetime) -> Case:
    """Return when the visit before this one ended; a visit that begins now comes after the last."""
    begins = When(last_seen_at__lt=now - PAUSE, then=F("last_seen_at"))
    return Case(begins, default=F("previous_at"))


def note_visit(user: User, site: Site | None = None) -> None:
    """Record that the person is here now; at most one write every few minutes."""
    if site is not None and cache.add(_key(user, site), 1, WRITTEN_EVERY.total_seconds()):
        _note_on(site, user)
    now, seen = timezone.now(), user.last_seen_at
    if seen is None or now - seen >= WRITTEN_EVERY:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
        user.last_seen_at = now


def _key(user: User, site: Site) -> str:
    return f"visit/{site.pk}/{user.pk}"


def _note_on(site: Site, user: User) -> None:
    now = timezone.now()
    # Decided by the database: of two pages asked for at once, the second finds the visit begun.
    noted = Visit.objects.filter(user=user, site=site).update(
        previous_at=_previous_at(now), last_seen_at=now
    )
    if not noted:
        first = Visit(user=user, site=site, last_seen_at=now)
        Visit.objects.bulk_create([first], ignore_conflicts=True)


@receiver(user_logged_in, dispatch_uid="accounts_note_visit")
def _arrived(sender: Any, user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    note_visit(user, getattr(request, "site", None))


class VisitMiddleware:
    """Note the visit of whoever was shown a page, after it: the page still reads the one before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only who was looked up to answer: a file or a style sheet must not read the session.
        user = getattr(request, "_cached_user", None)
        if (
            request.method == "GET"
            and user is not None
            and user.is_authenticated
            and user.is_active
            and response.get("Content-Type", "").startswith("text/html")
        ):
            note_visit(user, getattr(request, "site", None))
        return response
