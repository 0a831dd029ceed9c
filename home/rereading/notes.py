"""What a person reads at the top of a page that waits for a re-reading, or comes back from one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page, Revision, WorkflowState

from home.rereading.rules import waits_for_its_date
from home.typography import NBSP


def note_for(page: Page, user: Any) -> SafeString | str:
    """Return the note, or nothing when there is nothing to say to this person."""
    state = page.current_workflow_state
    if state is None or state.current_task_state is None:
        return ""
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return _sent_back(state)
    task = state.current_task_state.task.specific
    if not task.get_actions(page, user):
        return ""  # the lock says the rest
    day = date_format(timezone.localtime(state.current_task_state.started_at), "j F")
    note = format_html(
        "{} demande une relecture depuis le {}. Corrigez si besoin, puis publiez, ou renvoyez la "
        "page avec un mot.",
        state.requested_by or "La rédaction",
        day,
    )
    if not page.live:
        return note
    compare = reverse(
        "wagtailadmin_pages:revisions_compare", args=[page.pk, "live", page.latest_revision_id]
    )
    return note + format_html(' <a href="{}">Voir ce qui a changé</a>', compare)


def said_after(page: Page, action: str) -> str:
    """Return what the reviewer is told of the page, which they let appear or sent back."""
    title = f"«{NBSP}{page.draft_title}{NBSP}»"
    if action == "reject":
        return f"{title} retourne à qui l’a écrite, avec votre mot."
    if waits_for_its_date(page):
        return f"{title} est relue{NBSP}: elle paraîtra à la date dite."
    return f"{title} est relue, et en ligne."


def someone_else_saved(last: Revision) -> SafeString:
    """Return the note for whoever saves a form that was opened before that version of the page."""
    return format_html(
        "{} a enregistré cette page à {} pendant que vous écriviez. Rien n’est perdu{}: vos mots "
        'sont ci-dessous, les autres dans l’historique. <a href="{}">Lire l’autre version</a>, ou '
        "enregistrez de nouveau pour que la vôtre la remplace.",
        last.user or "Quelqu’un",
        date_format(timezone.localtime(last.created_at), "H:i"),
        NBSP,
        reverse("wagtailadmin_pages:revisions_view", args=[last.object_id, last.pk]),
    )


def _sent_back(state: WorkflowState) -> SafeString:
    last = state.current_task_state
    comment = " ".join((last.comment or "").split()).rstrip(".")
    return format_html(
        "{} a renvoyé cette page{}. Une fois reprise, redemandez une relecture.",
        last.finished_by or "La relecture",
        f"{NBSP}: «{NBSP}{comment}{NBSP}»" if comment else "",
    )
