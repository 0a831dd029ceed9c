"""In the form of an event: how many come, and the way to the list."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from home.events.models import SignUp


class SignUpsPanel(Panel):
    class BoundPanel(Panel.BoundPanel):
        template_name = "home/desk/event_sign_ups.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            sign_ups = SignUp.objects.filter(event=self.instance.pk)
            return super().get_context_data(parent_context) | {
                "event": self.instance,
                "coming": sign_ups.coming().count(),
                "waiting": sign_ups.waiting().count(),
            }
