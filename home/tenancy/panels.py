"""The first screen of `/cms/`: what one may write, and what was changed last."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from home.models import GuidePage, InternalPage, NewsPage, SectionPage, StoryPage, TrackPage
from home.tenancy.own import Desk, own

WRITING = [
    ("guides", GuidePage, "un guide", "help", "Expliquer comment faire, pas à pas."),
    ("stories", StoryPage, "un récit", "openquote", "Ce que quelqu’un a essayé, avec ses mots."),
    ("news", NewsPage, "une actualité", "doc-full", "Ce qui change, en quelques lignes."),
    ("tracks", TrackPage, "une piste", "list-ul", "Une orientation et ses dispositifs."),
]
LAST_CHANGED = 8


class WritePanel(Component):
    """«Je veux écrire…»: straight to the form, in the right place."""

    name = "write"
    template_name = "home/desk/write.html"
    order = 10

    def __init__(self, request: HttpRequest, desk: Desk) -> None:
        self.request, self.desk = request, desk

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        sections = list(own(SectionPage.objects.all(), self.desk).order_by("depth", "path"))
        internal = own(InternalPage.objects.all(), self.desk).first()
        choices = []
        for kind, model, words, icon, help_text in WRITING:
            places = [section for section in sections if section.kind == kind]
            public = [s for s in places if internal is None or not s.is_descendant_of(internal)]
            inside = [s for s in places if s not in public]
            if public:
                choices.append(
                    {
                        "words": words,
                        "icon": icon,
                        "help": help_text,
                        "url": self._add_url(model, public[0]),
                        "internal_url": self._add_url(model, inside[0]) if inside else "",
                    }
                )
        return {"choices": choices}

    @staticmethod
    def _add_url(model: type[Page], parent: Page) -> str:
        return reverse("wagtailadmin_pages:add", args=["home", model._meta.model_name, parent.pk])


class LastChangedPanel(Component):
    name = "last_changed"
    template_name = "home/desk/last_changed.html"
    order = 20

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        pages = own(Page.objects.all(), self.desk).select_related("content_type")
        return {"pages": pages.order_by("-latest_revision_created_at", "-pk")[:LAST_CHANGED]}
