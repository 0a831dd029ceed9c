"""While a page waits for its re-reading, its text rests."""

from __future__ import annotations

from typing import Any

from wagtail.locks import WorkflowLock

from home.typography import NBSP


class RereadingLock(WorkflowLock):
    """Wagtail's lock of a workflow, in our words."""

    def get_message(self, user: Any) -> str | None:
        if not self.for_user(user):
            return None
        return (
            f"Cette page attend d’être relue{NBSP}: son texte ne change pas pendant ce temps. Pour "
            "la modifier, reprenez-la."
        )

    def get_locked_by(self, user: Any, can_lock: bool = False) -> str:
        return "En relecture"

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        return "Qui relit peut corriger, publier ou renvoyer la page avec un mot"
