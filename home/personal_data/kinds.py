"""What the intranets keep of people: former versions of pages, their history, unused files.

What is published is not a matter of the clock: the people who write it take it off.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.admin.models import FormState
from wagtail.models import (
    Comment,
    ModelLogEntry,
    PageLogEntry,
    Revision,
    WorkflowState,
)

from accounts.models import Organisation
from accounts.personal_data.kinds import delete_all
from accounts.personal_data.registry import (
    EVERYBODY,
    PLATFORM,
    Retention,
    register_erasure,
    register_retention,
)
from home.personal_data import departures, files
from home.personal_data.files import pages_of


def revisions_due(organisation: Organisation, before: datetime) -> QuerySet[Any]:
    """Return the former versions: not the one online, nor the latest, scheduled or re-read now."""
    pages = pages_of(organisation)
    # In a workflow that is not over.
    reread = Q(task_states__workflow_state__status=WorkflowState.STATUS_IN_PROGRESS) | Q(
        task_states__workflow_state__status=WorkflowState.STATUS_NEEDS_CHANGES
    )
    return (
        Revision.page_revisions.filter(
            created_at__lt=before,
            approved_go_live_at__isnull=True,
            object_id__in=pages.annotate(key=Cast("pk", CharField())).values("key"),
        )
        .exclude(pk__in=pages.filter(latest_revision__isnull=False).values("latest_revision"))
        .exclude(pk__in=pages.filter(live_revision__isnull=False).values("live_revision"))
        .exclude(pk__in=Revision.objects.filter(reread).values("pk"))
    )


def erase_revisions(revisions: QuerySet[Any]) -> int:
    """Delete the versions; comments that were made on one stay with the page."""
    found = list(revisions.order_by().values_list("pk", flat=True))
    Comment.objects.filter(revision_created__in=found).update(revision_created=None)
    Revision.objects.filter(pk__in=found).delete()
    return len(found)


def history_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the lines of the history of pages; for None, those of pages that are gone."""
    return files.owned_by(organisation, PageLogEntry.objects.filter(timestamp__lt=before))


def model_history_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    return ModelLogEntry.objects.filter(timestamp__lt=before)


def comments_due(organisation: Organisation, before: datetime) -> QuerySet[Any]:
    """Return the comments of editors that were settled."""
    return Comment.objects.filter(page__in=pages_of(organisation), resolved_at__lt=before)


def erase_comments(comments: QuerySet[Any]) -> int:
    """Delete the comments with their answers, and their words in the history of the pages."""
    found = list(comments.order_by().values_list("pk", flat=True))
    lines = PageLogEntry.objects.filter(
        action__startswith="wagtail.comments.", data__comment__id__in=found
    )
    for line in lines.order_by().iterator(chunk_size=500):
        for said in ("comment", "reply"):
            line.data.get(said, {}).pop("text", None)
        PageLogEntry.objects.filter(pk=line.pk).update(data=line.data)
    return delete_all(comments)


def form_states_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    return FormState.objects.filter(last_updated_at__lt=before).order_by()


RETENTIONS = (
    Retention(
        key="page_revisions",
        label="Anciennes versions des pages",
        counted_from="leur écriture",
        default_months=24,
        least_months=3,
        most_months=60,
        due=revisions_due,
        erase=erase_revisions,
        why="Elles permettent de revenir en arrière, et portent le nom de qui les a écrites.",
    ),
    Retention(
        key="page_history",
        label="Historique des pages",
        counted_from="chaque geste",
        default_months=24,
        least_months=6,
        most_months=60,
        due=history_due,
        erase=delete_all,
        why="Il dit qui a publié ou modifié quoi.",
        held_by=EVERYBODY,
    ),
    Retention(
        key="page_comments",
        label="Commentaires de relecture réglés",
        counted_from="leur règlement",
        default_months=12,
        least_months=1,
        most_months=24,
        due=comments_due,
        erase=erase_comments,
        why="Une fois la page reprise, la discussion n’apprend plus rien.",
    ),
    Retention(
        key="unused_images",
        label="Images qui ne servent sur aucune page",
        counted_from="leur dépôt",
        default_months=36,
        least_months=6,
        most_months=120,
        due=files.images_due,
        erase=files.erase_files,
        why="Elles montrent souvent des personnes, dont l’accord ne valait que pour une page.",
    ),
    Retention(
        key="unused_documents",
        label="Documents qui ne servent sur aucune page",
        counted_from="leur dépôt",
        default_months=36,
        least_months=6,
        most_months=120,
        due=files.documents_due,
        erase=files.erase_files,
        why="Ce que personne ne peut plus lire n’a pas à rester.",
    ),
    Retention(
        key="model_history",
        label="Historique des images, des documents et des réglages",
        counted_from="chaque geste",
        default_months=24,
        least_months=6,
        most_months=24,
        due=model_history_due,
        erase=delete_all,
        why="Il dit qui a déposé ou changé quoi.",
        held_by=PLATFORM,
    ),
    Retention(
        key="form_states",
        label="Saisies en cours gardées par précaution",
        counted_from="la dernière frappe",
        default_months=1,
        least_months=1,
        most_months=1,
        due=form_states_due,
        erase=delete_all,
        why="Elles rendent ce qui était écrit quand une page se ferme par accident.",
        held_by=PLATFORM,
    ),
)


def register() -> None:
    """Say what this room keeps; called once the models are loaded."""
    for one in RETENTIONS:
        register_retention(one)
    register_erasure(departures.leave)
