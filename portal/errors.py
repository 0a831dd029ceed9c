"""Error pages. Unknown and hidden look alike: 404, with «se connecter» for who is not."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"next": request.get_full_path()}, status=404)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"message": str(exception)}, status=403)


class NotOpenedDirectlyMiddleware:
    """Give a page to who opens the address of a form that was to be sent: after signing in again,
    by a bookmark, by the back button. Django answers with nothing to read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what happened when a form was sent from a page that is too old."""
    message = (
        "Cette page est restée ouverte trop longtemps. Revenez en arrière, rechargez-la, "
        "puis envoyez de nouveau : ce que vous avez écrit est encore dans le formulaire."
    )
    return render(request, "403.html", {"message": message}, status=403)
