"""Telling people that a page waits for them, or what became of theirs.

Wagtail writes to the same people at the same moments, in its own words and without saying from
which collectivité. Ours are connected under the names of its receivers, before it connects them:
Django keeps the first of a name, so nobody is written to twice.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

from accounts.models import Organisation, User
from accounts.notices.rules import tell, tell_all
from accounts.organisations.rules import people_with_role
from home.rereading.models import RereadingTask
from home.rereading.rules import reviewers_for, waits_for_its_date
from home.rights import DESK_ROLES
from home.telling import who_answers_for
from home.typography import NBSP


def register() -> None:
    """Take the place of Wagtail's e-mails; called before its own application is ready."""
    task_submitted.connect(
        asked, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification"
    )
    workflow_rejected.connect(
        sent_back, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification"
    )
    workflow_approved.connect(
        published, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification"
    )


def asked(instance: TaskState, user: Any, **kwargs: Any) -> None:
    """Tell the reviewers that a page waits, the first time or again."""
    told = _told_about(instance.workflow_state, instance)
    if told is None:
        return
    page, task, organisation = told
    for person in reviewers_for(instance.workflow_state, task):
        tell(
            person,
            kind="page_to_reread",
            subject=f"À relire{NBSP}: {page.draft_title}",
            body=(
                f"{_name(user)} a terminé «{NBSP}{page.draft_title}{NBSP}» et demande qu’une autre "
                "personne la relise avant qu’elle paraisse.\n\nVous pouvez corriger, publier, ou "
                "renvoyer avec un mot."
            ),
            path=_edit(page),
            action="Relire la page",
            organisation=organisation,
        )


def sent_back(instance: WorkflowState, user: Any, **kwargs: Any) -> None:
    """Tell who asked that the page comes back, with the reviewer's word."""
    told = _told_about(instance, instance.current_task_state)
    if told is None:
        return
    page, _, organisation = told
    tell_all(
        _who_asked(instance, page, organisation, but=user),
        kind="page_sent_back",
        subject=f"À reprendre{NBSP}: {page.draft_title}",
        body=f"{_name(user)} vous renvoie «{NBSP}{page.draft_title}{NBSP}».{_word(instance)}",
        path=_edit(page),
        action="Reprendre la page",
        organisation=organisation,
    )


def published(instance: WorkflowState, user: Any, **kwargs: Any) -> None:
    """Tell who asked that the page has been re-read."""
    told = _told_about(instance, instance.current_task_state)
    if told is None:
        return
    page, _, organisation = told
    when = "Elle est publiée"
    if waits_for_its_date(page):
        when = "Elle paraîtra à la date que vous avez choisie"
    parts = page.get_url_parts() if page.live else None
    tell_all(
        _who_asked(instance, page, organisation, but=user),
        kind="page_reread",
        subject=f"Relue{NBSP}: {page.draft_title}",
        body=f"{_name(user)} a relu «{NBSP}{page.draft_title}{NBSP}». {when}.{_word(instance)}",
        # Not `get_url()`: with several sites it begins with the host, which the letter adds.
        path=parts[2] if parts else _edit(page),
        action="Voir la page",
        organisation=organisation,
    )


def _who_asked(
    state: WorkflowState, page: Page, organisation: Organisation, *, but: Any
) -> list[User]:
    """Return who asked, as far as they still write here; else who answers for the page. Never the
    reviewer, who knows."""
    here = people_with_role([organisation.pk], *DESK_ROLES)
    told = [person for person in here if person.pk == state.requested_by_id]
    told = told or who_answers_for(page.specific, organisation)
    return [person for person in told if person != but]


def _told_about(
    state: WorkflowState, task_state: TaskState | None
) -> tuple[Page, RereadingTask, Organisation] | None:
    """Return the page, the task and the collectivité; None for a workflow that is not ours."""
    task = task_state.task.specific if task_state else None
    page = Page.objects.filter(pk=state.object_id).first()
    if not isinstance(task, RereadingTask) or page is None:
        return None
    return page, task, task.tenancy.site.organisation  # type: ignore[attr-defined]


def _word(state: WorkflowState) -> str:
    comment = (state.current_task_state.comment or "").strip() if state.current_task_state else ""
    return f"\n\nSon mot{NBSP}: «{NBSP}{comment}{NBSP}»" if comment else ""


def _name(user: User | None) -> str:
    return str(user) if user else "Quelqu’un"


def _edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
