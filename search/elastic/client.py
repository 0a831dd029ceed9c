"""Talking to Elasticsearch: short, without retries, behind a breaker that all processes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, Elasticsearch

from search.engines.base import EngineError

T = TypeVar("T")

# After a failure nobody asks for this long; then one process tries, the others wait for it.
PAUSE_SECONDS = 15
PROBE_SECONDS = 2
SUSPECT_SECONDS = 600
_OPEN, _SUSPECT, _PROBE = (
    "search:elasticsearch:closed",
    "search:elasticsearch:suspect",
    "search:elasticsearch:probe",
)


def is_configured() -> bool:
    return bool(settings.ELASTICSEARCH_URL)


@lru_cache(maxsize=4)
def _client(url: str) -> Elasticsearch:
    return Elasticsearch(url, max_retries=0, retry_on_timeout=False, sniff_on_start=False)


def client(timeout: float | None = None) -> Elasticsearch:
    """Return a client whose requests end after `timeout` seconds (the search's own by default)."""
    return _client(settings.ELASTICSEARCH_URL).options(
        request_timeout=timeout or settings.ELASTICSEARCH_TIMEOUT
    )


# Searches under way in this process; a thread is held as long as a node drips, never a page.
_searches = ThreadPoolExecutor(max_workers=16, thread_name_prefix="elasticsearch")


def within(seconds: float, ask: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Return `ask(…)`; raises ConnectionTimeout when the whole answer is not there in time.

    The client's own time-out is that of each read: a node that sends a byte now and then would
    hold the page for minutes.
    """
    future = _searches.submit(ask, *args, **kwargs)
    try:
        # A little longer than the client's own, which says better what failed.
        return future.result(timeout=seconds * 1.2)
    except FutureTimeout as error:
        future.cancel()
        raise ConnectionTimeout("the answer did not come whole in time") from error


class Breaker:
    """Whether to ask Elasticsearch at all. Its state is in the cache, so in every process."""

    def allows(self) -> bool:
        """Return whether a request may be sent: yes when well, one at a time when in doubt."""
        known = cache.get_many([_OPEN, _SUSPECT])
        if _OPEN in known:
            return False
        if _SUSPECT in known:
            return bool(cache.add(_PROBE, 1, PROBE_SECONDS))
        return True

    def failed(self) -> None:
        cache.set_many({_OPEN: 1}, PAUSE_SECONDS)
        cache.set_many({_SUSPECT: 1}, SUSPECT_SECONDS)

    def succeeded(self) -> None:
        if cache.get(_SUSPECT):
            cache.delete_many([_OPEN, _SUSPECT, _PROBE])


breaker = Breaker()


@contextmanager
def guarded() -> Iterator[None]:
    """Run a search under the breaker; raises EngineError for whatever goes wrong with the node."""
    if not breaker.allows():
        raise EngineError("Elasticsearch is resting after a failure")
    try:
        yield
    except (TransportError, ApiError) as error:
        breaker.failed()
        raise EngineError(str(error)) from error
    breaker.succeeded()
