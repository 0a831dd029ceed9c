"""What of the writing desk waits for a person: on the desk where they work now."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState

from accounts.todos.registry import EDITORIAL, ToDo
from home.models import RereadingTask
from home.rereading.rules import authors_by_state, is_reviewer
from home.tenancy.own import Desk, current_desk, own
from home.typography import NBSP

AT_MOST = 50


def editorial(user: Any) -> Iterator[ToDo]:
    """Pages to re-read, and pages sent back, the oldest first; nothing away from a desk.

    Eight queries at most.
    """
    desk = current_desk.get()
    if desk is not None:
        # Cut last: what is not theirs, or of another desk, must not take the place of what is.
        yield from islice(_to_reread(user, desk), AT_MOST)
        yield from islice(_sent_back(user, desk), AT_MOST)


def _to_reread(user: Any, desk: Desk) -> Iterator[ToDo]:
    task = RereadingTask.objects.filter(tenancy__site=desk.site).first()
    if task is None or not is_reviewer(user, task):
        return
    waiting = list(
        TaskState.objects.filter(task=task, status=TaskState.STATUS_IN_PROGRESS)
        .select_related("workflow_state__requested_by")
        .order_by("started_at", "pk")
    )
    authors = authors_by_state([state.workflow_state for state in waiting])
    titles = _titles([state.workflow_state for state in waiting], desk)
    for state in waiting:
        asked_by = state.workflow_state.requested_by
        page_id = state.workflow_state.object_id
        if page_id not in titles or user.pk in authors[state.workflow_state_id]:
            continue
        yield ToDo(
            desk=EDITORIAL,
            kind="page_to_reread",
            icon="eye",
            text=f"À relire{NBSP}: {titles[page_id]}",
            strong=titles[page_id],
            detail=f"demandé par {asked_by}" if asked_by else "",
            url=reverse("wagtailadmin_pages:edit", args=[page_id]),
            action="Relire",
            since=state.started_at,
        )


def _sent_back(user: Any, desk: Desk) -> Iterator[ToDo]:
    states = list(
        WorkflowState.objects.filter(requested_by=user, status=WorkflowState.STATUS_NEEDS_CHANGES)
        .select_related("current_task_state__finished_by")
        .order_by("current_task_state__finished_at", "pk")
    )
    titles = _titles(states, desk)
    for state in states:
        last = state.current_task_state
        if state.object_id not in titles or last is None:
            continue
        comment = " ".join((last.comment or "").split())
        yield ToDo(
            desk=EDITORIAL,
            kind="page_sent_back",
            icon="pencil",
            text=f"À reprendre{NBSP}: {titles[state.object_id]}",
            strong=titles[state.object_id],
            detail=f"{last.finished_by or 'Renvoyée'}{NBSP}: {comment}" if comment else "",
            url=reverse("wagtailadmin_pages:edit", args=[state.object_id]),
            action="Reprendre",
            since=last.finished_at or last.started_at,
        )


def _titles(states: list[WorkflowState], desk: Desk) -> dict[str, str]:
    """Return the titles of the pages of the states that are the desk's; one query."""
    pages = own(Page.objects.filter(pk__in=[state.object_id for state in states]), desk)
    return {str(pk): title for pk, title in pages.values_list("pk", "draft_title")}
