"""In the form of a story: that the answer it was drawn from is gone, and what this asks for."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel


class AnswerWithdrawnPanel(Panel):
    """Shown as long as no consent has been noted since."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "home/desk/answer_withdrawn.html"

        def is_shown(self) -> bool:
            return bool(self.instance.awaits_new_consent)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"story": self.instance}
