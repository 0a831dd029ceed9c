"""The first screen of `/cms/`: what one may write, and what was changed last."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component
from wagtail.models import Page

from accounts.todos.registry import EDITORIAL, todos_for
from home.desk.kinds import frame_of, kinds, places_for
from home.pages.homes import HomePage, PlatformHomePage
from home.pages.sections import InternalPage, SectionPage
from home.tenancy.own import Desk, own

LAST_CHANGED = 8
FRAMES = (HomePage, PlatformHomePage, InternalPage, SectionPage)


class WritePanel(Component):
    """«Je veux écrire…»: a verb, then the form in the right place."""

    name = "write"
    template_name = "home/desk/write.html"
    order = 10

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        frame = frame_of(self.desk)
        return {"kinds": [kind for kind in kinds() if places_for(kind, frame)]}


class WaitingPanel(Component):
    """What waits for the person at this desk."""

    name = "waiting"
    template_name = "home/desk/waiting.html"
    order = 20

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"todos": todos_for(self.user, EDITORIAL)}


class LastChangedPanel(Component):
    name = "last_changed"
    template_name = "home/desk/last_changed.html"
    order = 60

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        # What people write; sections and homes change by themselves.
        pages = own(Page.objects.not_type(*FRAMES), self.desk).select_related("content_type")
        return {"pages": pages.order_by("-latest_revision_created_at", "-pk")[:LAST_CHANGED]}
