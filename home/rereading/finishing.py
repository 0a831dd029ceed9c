"""What happens when a page has been re-read. Wagtail reads this name before there are models."""

from __future__ import annotations

from typing import Any


def publish(workflow_state: Any, user: Any = None) -> None:
    """Publish the page that was re-read, now or at its date.

    A reviewer need not have the right to publish alone: that someone else wrote, and that this
    person may re-read, was asked by `RereadingTask.get_actions`.
    """
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
