"""Health: answered before anything else, on any host name, with no session nor template."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import get_random_string
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

logger = logging.getLogger(__name__)


class HealthMiddleware:
    """`/health/live`: the process answers. `/health/ready`: it can serve pages.

    Elasticsearch and Redis are told but decide nothing: without the first the embedded engine
    answers, without the second nothing is cached and `tick` does what the workers would have.
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
    """Return 200 when the database answers, else 503, with one word a part."""
    parts = {"database": _word(database_answers())}
    if settings.REDIS_URL:
        parts["redis"] = _word(cache_answers())
    if settings.ELASTICSEARCH_URL:
        parts["elasticsearch"] = _word(elasticsearch_version(timeout=0.5) is not None)
    fine = parts["database"] == "ok"
    response = JsonResponse(
        {"status": "ok" if fine else "down", **parts}, status=200 if fine else 503
    )
    response["Cache-Control"] = "no-store"
    return response


def _word(answers: bool) -> str:
    return "ok" if answers else "down"


def database_answers() -> bool:
    """Return whether the database runs a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        logger.warning("the database does not answer", exc_info=True)
        return False
    return True


def cache_answers() -> bool:
    """Return whether the cache gives back what it was given.

    The cache swallows connection errors: only a value read back tells.
    """
    key, value = f"health:{get_random_string(12)}", get_random_string(12)
    cache.set(key, value, 5)
    return cache.get(key) == value


def elasticsearch_version(timeout: float) -> str | None:
    """Return the version of the Elasticsearch node, or None when it does not answer.

    `timeout` is in seconds.
    """
    try:
        client = _client(settings.ELASTICSEARCH_URL).options(request_timeout=timeout)
        return str(client.info()["version"]["number"])
    except (TransportError, ApiError, OSError):
        return None


@lru_cache(maxsize=1)
def _client(address: str) -> Elasticsearch:
    return Elasticsearch(address, max_retries=0, retry_on_timeout=False)
