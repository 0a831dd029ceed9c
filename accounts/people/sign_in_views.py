"""One door for everybody: the admins' own sign-in pages lead to it."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache


@never_cache
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to /connexion/; who is signed in and sent back here may not enter.

    Raises PermissionDenied in that case: a redirect would turn in circles.
    """
    if request.user.is_authenticated:
        raise PermissionDenied("Cette partie est réservée à celles et ceux qui l’administrent.")
    wanted = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        wanted = "/"
    return redirect_to_login(wanted)
