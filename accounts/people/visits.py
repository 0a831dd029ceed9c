"""When a person was here: this visit, and the one before, which «nouveau depuis» is counted from.

A visit goes on while less than half an hour passes between two pages. `last_seen_at` moves during
the visit; `previous_visit_at` is where it stood when the visit began, and does not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

PAUSE = timedelta(minutes=30)
# Often enough to know that a visit goes on, seldom enough to cost nothing.
WRITTEN_EVERY = timedelta(minutes=5)


def visit_before(user: User) -> datetime | None:
    """Return when the person was last here before this visit; None on their first."""
    if user.last_seen_at is None:
        return None
    if timezone.now() - user.last_seen_at > PAUSE:  # this page begins a visit, not noted yet
        return user.last_seen_at
    return user.previous_visit_at


def note_visit(user: User) -> None:
    """Record that the person is here now; at most one write every few minutes."""
    now, seen = timezone.now(), user.last_seen_at
    if seen is not None and now - seen < WRITTEN_EVERY:
        return
    noted = {"last_seen_at": now, "previous_visit_at": visit_before(user)}
    # Two pages asked for at once: the second must not take the first for a visit of its own.
    User.objects.filter(pk=user.pk, last_seen_at=seen).update(**noted)
    user.last_seen_at, user.previous_visit_at = noted["last_seen_at"], noted["previous_visit_at"]


@receiver(user_logged_in, dispatch_uid="accounts_note_visit")
def _arrived(sender: Any, user: User, **kwargs: Any) -> None:
    note_visit(user)


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
            note_visit(user)
        return response
