"""Wagtail's own screens of a page, with what ours add to them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from wagtail.admin.views.pages.create import CreateView

from home.desk.outlines import begin
from home.tenancy.own import current_desk


class AddPageView(CreateView):
    """The form of a new page; `?modele=` puts the blocks of a model of content there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        desk = current_desk.get()
        if desk is not None:
            begin(self.page, request.GET.get("modele", ""), desk)
        return super().get(request)

    def get_page_title(self) -> str:
        return "Écrire"

    def get_header_title(self) -> str:
        return f"Écrire · {self.page_class.get_verbose_name().lower()}"
