"""The advice beside the form of a page: what was saved last, drawn again each time it is saved."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.side_panels import BaseSidePanel

from home.advice.pieces import pieces_of
from home.advice.rules import advice_on


class AdvicePanel(BaseSidePanel):
    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = "Conseils de lecture"
        icon_name = "help"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["count"] = len(self.panel.advice)
            return context

    name = "advice"
    title = "Conseils de lecture"
    template_name = "home/desk/advice.html"
    order = 150

    def __init__(self, page: Any, request: Any) -> None:
        super().__init__(page, request)
        self.advice = advice_on(pieces_of(page)) if page.pk else []

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        return {**context, "advice": self.advice, "toggle": self.toggle}
