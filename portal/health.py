"""Health: answered before anything else, on any host name, with no session nor template."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


class HealthMiddleware:
    """`/health/live`: the process answers. `/health/ready`: it can serve pages.

    Elasticsearch is told but decides nothing: without it the embedded engine answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/health/live":
            return JsonResponse({"status": "ok"})
        if request.path == "/health/ready":
            return ready()
        return self.get_response(request)


def ready() -> JsonResponse:
    """Return 200 when the database answers, else 503, with one line a part."""
    parts = {"database": _database()}
    if settings.REDIS_URL:
        parts["redis"] = _redis()
    fine = parts["database"] == "ok"
    return JsonResponse({"status": "ok" if fine else "down", **parts}, status=200 if fine else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "down"
    return "ok"


def _redis() -> str:
    # The cache swallows connection errors: only a value read back tells.
    cache.set("health", "ok", 5)
    return cache.get("health") or "down"
