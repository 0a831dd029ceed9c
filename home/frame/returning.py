"""Back to the page from which a small form was sent."""

from __future__ import annotations

from django.http import HttpRequest

from home.frame.addresses import is_own_path


def path_to_return(request: HttpRequest, name: str = "page") -> str:
    """Return the path of this site in the form's field, the home page when it is no such path."""
    path = request.POST.get(name, "")
    return path if is_own_path(path) and len(path) < 2000 else "/"
