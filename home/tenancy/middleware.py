"""`/cms/` is closed unless opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.models import Collection

from home.rereading.finishing import CannotAppear
from home.rereading.refusing import refused
from home.rights import can_open_desk
from home.tenancy.groups import reconcile
from home.tenancy.opened import OPENED
from home.tenancy.own import Desk, current_desk


class ClosedAdminMiddleware:
    """Let a collectivité's people to what `opened.OPENED` lists, when it is theirs; 404 otherwise.

    Who is not signed in is sent to sign in, at every address alike. The platform's staff works
    without a desk and sees all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = current_desk.set(None)
        try:
            return self.get_response(request)
        finally:
            current_desk.reset(token)

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], params: dict[str, Any]
    ) -> HttpResponse | None:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        site = request.site  # type: ignore[attr-defined]
        if user.is_superuser and user.is_active:
            return None
        check = OPENED.get(request.resolver_match.view_name)  # type: ignore[union-attr]
        if check is None or args:  # closed by its name alone: nothing else is looked up
            raise Http404
        reconcile(user, site)
        if not can_open_desk(user, site) or getattr(site, "tenancy", None) is None:
            raise Http404
        desk = Desk(
            site=site,
            root_path=site.root_page.path,
            collection_ids=tuple(
                Collection.objects.filter(
                    path__startswith=site.tenancy.collection.path
                ).values_list("pk", flat=True)
            ),
            user_id=user.pk,
        )
        if not check(request, desk, params):
            raise Http404
        current_desk.set(desk)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say kindly what no view of Wagtail's knows how to say."""
        return refused(request, exception) if isinstance(exception, CannotAppear) else None
