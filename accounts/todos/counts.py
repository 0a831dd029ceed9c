"""How much waits on a desk, said on the home pages without being counted at each visit.

Counting costs a home page a third of its queries: what was counted is kept for a minute, since
others settle things too, and forgotten as soon as the person does anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

KEPT = 60  # seconds
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


def kept_count(user: Any, name: str, count: Callable[[], int]) -> int:
    """Return what `count` returns, or returned to this person less than a minute ago."""
    counts: dict[str, int] = cache.get(_key(user)) or {}
    if name not in counts:
        counts[name] = count()
        cache.set(_key(user), counts, KEPT)
    return counts[name]


class ForgetCounts:
    """Middleware: whoever does something reads a fresh count on their next page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and request.user.is_authenticated:
            cache.delete(_key(request.user))
        return response


def _key(user: Any) -> str:
    return f"desk-counts:{user.pk}"
