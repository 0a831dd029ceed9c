"""The button at the foot of a page: what one most likely wants to do first, each said by a verb."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    PublishMenuItem,
    RestartWorkflowMenuItem,
    SaveDraftMenuItem,
    SubmitForModerationMenuItem,
    WorkflowMenuItem,
)
from wagtail.models import WorkflowState


class AskRereadingItem(SubmitForModerationMenuItem):
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        again = state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
        context["label"] = "Redemander une relecture" if again else "Demander une relecture"
        return context


class TakeBackItem(CancelWorkflowMenuItem):
    """The page no longer waits; its author may write again."""

    label = "Reprendre la page"
    icon_name = "rotate"


# Of the same rank, the order of Wagtail's.
RANKS: dict[type[ActionMenuItem], int] = {
    WorkflowMenuItem: 0,
    PublishMenuItem: 1,
    AskRereadingItem: 2,
    SaveDraftMenuItem: 3,
    TakeBackItem: 4,
}


def arrange(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Put the likeliest act on the button, the others behind it, without what would confuse.

    Who re-reads publishes by saying so, not past the workflow; «restart» is to take back and ask
    again.
    """
    page = context.get("page")
    task = page.current_workflow_task if page else None
    rereads = any(isinstance(item, WorkflowMenuItem) for item in items)
    kept: list[ActionMenuItem] = []
    for item in items:
        if isinstance(item, RestartWorkflowMenuItem):
            continue
        if isinstance(item, PublishMenuItem) and rereads:
            continue
        if isinstance(item, SubmitForModerationMenuItem):
            item = AskRereadingItem(order=item.order)
        elif isinstance(item, CancelWorkflowMenuItem):
            item = TakeBackItem(order=item.order)
        elif isinstance(item, WorkflowMenuItem) and task is not None:
            # Wagtail adds «et publier» to our words, which say it already.
            item.label = next(
                words
                for name, words, asks in task.get_actions(page, request.user)
                if (name, asks) == (item.name, item.launch_modal)
            )
        kept.append(item)
    kept.sort(key=lambda item: RANKS.get(type(item), len(RANKS)))
    items[:] = kept
