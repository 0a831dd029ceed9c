"""Writing, re-reading, publishing: who may do what, and what each act does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from wagtail.models import (
    GroupPagePermission,
    Page,
    Revision,
    Site,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from accounts.models import Role, User
from accounts.organisations.rules import people_with_role
from accounts.readers import reader_for
from home.rereading.models import PublishingMode, PublishingPolicy, RereadingTask
from home.tenancy.models import Tenancy

NAME = "Relecture"  # the same everywhere: a name tells nothing of a collectivité

REVIEWER_ROLES = {
    # What was asked before the collectivité came to trust its editors is still re-read.
    PublishingMode.DIRECT: (Role.Kind.COORDINATOR,),
    PublishingMode.COORDINATION: (Role.Kind.COORDINATOR,),
    PublishingMode.TEAM: (Role.Kind.COORDINATOR, Role.Kind.EDITOR),
}


def policy_of(site: Site) -> PublishingPolicy:
    """Return the policy of the site, made if it is missing (as provisioning does)."""
    return PublishingPolicy.objects.get_or_create(site=site)[0]


@transaction.atomic
def apply_policy(policy: PublishingPolicy) -> None:
    """Make the rights and the workflow of the site what its policy says; safe to repeat.

    The coordination always publishes; the editors do where they are trusted, and elsewhere ask for
    a re-reading. A site without a tenancy (the platform's) has neither.
    """
    tenancy = Tenancy.objects.filter(site=policy.site_id).select_related("site").first()
    if tenancy is None:
        return
    trusted = policy.mode == PublishingMode.DIRECT
    home = Page.objects.get(pk=tenancy.site.root_page_id)
    publish = Permission.objects.get(
        codename="publish_page", content_type__app_label="wagtailcore", content_type__model="page"
    )
    right = {"group": tenancy.editors, "page": home, "permission": publish}
    if trusted:
        GroupPagePermission.objects.get_or_create(**right)
        WorkflowPage.objects.filter(page=home).delete()
    else:
        GroupPagePermission.objects.filter(**right).delete()
        WorkflowPage.objects.update_or_create(
            page=home, defaults={"workflow": ensure_workflow(tenancy)}
        )


def ensure_workflow(tenancy: Tenancy) -> Workflow:
    """Return the workflow of the collectivité, with its one task; made if missing."""
    task = RereadingTask.objects.filter(tenancy=tenancy).first()
    if task is None:
        task = RereadingTask.objects.create(name=NAME, tenancy=tenancy)
    workflow = Workflow.objects.filter(workflow_tasks__task=task).first()
    if workflow is None:
        workflow = Workflow.objects.create(name=NAME)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


def is_reviewer(user: Any, task: RereadingTask) -> bool:
    """Return whether the person re-reads for this collectivité, by the roles of today."""
    site = task.tenancy.site
    organisation = getattr(site, "organisation", None)
    if organisation is None:
        return False
    reader = reader_for(user)
    return organisation.pk in reader.organisations_with_role(*_roles(site))


def can_reread(user: Any, task: RereadingTask, page: Page) -> bool:
    """Return whether the person may publish or send back the page that waits.

    Whoever wrote what waits, or asked for its re-reading, may not; the platform's staff may.
    """
    if user.is_superuser:
        return True
    if not is_reviewer(user, task):
        return False
    state = page.current_workflow_state
    return state is None or user.pk not in authors_of(state)


def authors_of(state: WorkflowState) -> set[int]:
    """Return the ids of who asked for the re-reading and of who wrote since the last publication.

    What a reviewer mends while the page waits does not make an author of them.
    """
    return authors_by_state([state])[state.pk]


def authors_by_state(states: Sequence[WorkflowState]) -> dict[int, set[int]]:
    """Return the authors of each of the states; three queries, however many there are."""
    page_ids = [state.object_id for state in states]
    waits = defaultdict(list)
    for state_id, start, end in TaskState.objects.filter(
        workflow_state__in=[state.pk for state in states]
    ).values_list("workflow_state", "started_at", "finished_at"):
        waits[state_id].append((start, end))
    live = {
        str(pk): revision or 0
        for pk, revision in Page.objects.filter(pk__in=page_ids).values_list("pk", "live_revision")
    }
    written = defaultdict(list)
    for pk, page_id, author, at in (
        Revision.page_revisions.filter(object_id__in=page_ids, user__isnull=False)
        .order_by()
        .values_list("pk", "object_id", "user_id", "created_at")
    ):
        if pk > live.get(page_id, 0):
            written[page_id].append((author, at))
    found = {}
    for state in states:
        found[state.pk] = {
            author
            for author, at in written[state.object_id]
            if not any(start < at and (not end or at <= end) for start, end in waits[state.pk])
        }
        if state.requested_by_id:
            found[state.pk].add(state.requested_by_id)
    return found


def reviewers_for(state: WorkflowState, task: RereadingTask) -> list[User]:
    """Return the people who may re-read the page that waits, today."""
    site = task.tenancy.site
    authors = authors_of(state)
    people = people_with_role([site.organisation.pk], *_roles(site))  # type: ignore[attr-defined]
    return [person for person in people if person.pk not in authors]


def waits_for_its_date(page: Page) -> bool:
    """Return whether what was just re-read is to appear later, whatever is online meanwhile."""
    return not page.live or page.has_unpublished_changes


def _roles(site: Site) -> tuple[str, ...]:
    policy = getattr(site, "publishingpolicy", None)
    return REVIEWER_ROLES[PublishingMode(policy.mode if policy else PublishingMode.DIRECT)]
