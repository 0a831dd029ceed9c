"""Error pages. Unknown and hidden look alike: 404, with «se connecter» for who is not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"next": request.get_full_path()}, status=404)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"message": str(exception)}, status=403)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what happened when a form was sent from a page that is too old."""
    message = (
        "Cette page est restée ouverte trop longtemps. Revenez en arrière, rechargez-la, "
        "puis envoyez de nouveau : ce que vous avez écrit est encore dans le formulaire."
    )
    return render(request, "403.html", {"message": message}, status=403)
