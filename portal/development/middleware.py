"""In development and in the demonstration, the 404 page is the one that people will see."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from portal.errors import not_found


class KindNotFoundMiddleware:
    """Answer a view's Http404 with our own page, where DEBUG would list the addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # What another middleware refuses is already drawn by Django.
        if (
            response.status_code == 404
            and not response.streaming
            and b"<title>Page not found at" in response.content[:500]
        ):
            return not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return not_found(request, exception) if isinstance(exception, Http404) else None
