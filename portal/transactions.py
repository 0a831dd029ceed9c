"""One transaction for each request that may write."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class UnsafeRequestsAtomicMiddleware:
    """Wrap POST and the like in a transaction, rolled back when the answer is an error of ours.

    Wagtail says `page_published` outside any transaction; inside this one, what listens (the
    search index) is saved or undone with the page. Reads are left alone: on SQLite, a read-only
    transaction would wait for the writer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
