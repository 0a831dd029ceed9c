"""Our own answers at addresses where Wagtail's would show another's things."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.auth import require_admin_access
from wagtail.admin.localization import get_localized_response
from wagtail.admin.views.chooser import BrowseView, ExternalLinkView
from wagtail.models import Page

from home.media.models import EditorialTag
from home.tenancy.own import current_desk

COMPLETIONS = 10


class OwnBrowseView(BrowseView):
    """Choosing a page begins at the desk's own home page and never goes above it."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        desk = current_desk.get()
        if desk is not None and parent_page_id in (None, Page.get_first_root_node().pk):
            parent_page_id = desk.site.root_page_id
        return super().get(request, parent_page_id)


choose_page = require_admin_access(OwnBrowseView.as_view())


_words = JavaScriptCatalog.as_view(packages=["wagtail.admin", "home"])


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Return what Wagtail says in the browser, in the words of the desk where it has some."""
    return get_localized_response(_words, request)


class OwnExternalLinkView(ExternalLinkView):
    """Wagtail's own fails on a form without its field; ours says that the field is empty."""

    def post(self, request: HttpRequest) -> HttpResponse:
        field = f"{self.form_prefix}-{self.link_url_field_name}"
        if field not in request.POST:
            request.POST = request.POST.copy()  # type: ignore[assignment]
            request.POST[field] = ""  # type: ignore[index]
        return super().post(request)


external_link = require_admin_access(OwnExternalLinkView.as_view())


@require_safe
@require_admin_access
def tags(request: HttpRequest, app_name: str = "", model_name: str = "") -> JsonResponse:
    """Return the desk's tags that begin with `?term=`, whatever its case and its accents: those
    that make two words one tag."""
    start = slugify(request.GET.get("term", "")[:100])
    if not start:
        return JsonResponse([], safe=False)
    found: Any = EditorialTag.objects.filter(slug__startswith=start)
    desk = current_desk.get()
    if desk is not None:
        found = found.filter(site=desk.site)
    names = found.order_by("name").values_list("name", flat=True).distinct()[:COMPLETIONS]
    return JsonResponse(list(names), safe=False)


@require_safe
def account(request: HttpRequest) -> HttpResponseRedirect:
    """A person's account is in the portal, not in Wagtail."""
    return redirect("/mon-compte/")


@require_safe
def login(request: HttpRequest) -> HttpResponseRedirect:
    return redirect("wagtailadmin_home")


@require_POST
def leave(request: HttpRequest) -> HttpResponseRedirect:
    logout(request)
    return redirect("/")
