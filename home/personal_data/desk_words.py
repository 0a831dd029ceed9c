"""What a person wrote to colleagues at the desk, and what repeats it: the history, and notices.

Everything is found by a key. A comment in which somebody else says them is somebody else's: it
stays.
"""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from wagtail.models import Comment, CommentReply, PageLogEntry, TaskState, WorkflowState

from accounts.models import Notice, User
from accounts.personal_data.traces import Traces
from home.desk.comments import as_told

COMMENTS = "wagtail.comments."
# Wagtail lets nobody change or delete another's comment.
BY_ITS_AUTHOR = frozenset(f"{COMMENTS}{gesture}" for gesture in ("create", "edit", "delete"))
ANSWERS = ("wagtail.workflow.approve", "wagtail.workflow.reject")


def forget_words(person: User, traces: Traces) -> None:
    """Take the name out of their own comments and re-reading answers, and of what repeats them."""
    _forget_told(person, traces)
    _forget_history(person, traces)
    for model in (Comment, CommentReply):
        traces.clean(model._default_manager.filter(user=person), "text", own=True)
    traces.clean(TaskState.objects.filter(finished_by=person), "comment", own=True)


def _forget_history(person: User, traces: Traces) -> None:
    """Clean the lines that repeat the person's words, whoever made them."""
    made = set(Comment.objects.filter(user=person).values_list("pk", flat=True))
    replied = set(CommentReply.objects.filter(user=person).values_list("pk", flat=True))
    said = PageLogEntry.objects.filter(traces.said_in("data", own=True))
    for line in said.filter(action__startswith=COMMENTS).order_by():
        data, by_them = line.data, line.user_id == person.pk
        comment, reply = data.get("comment") or {}, data.get("reply") or {}
        if comment.get("id") in made or (by_them and line.action in BY_ITS_AUTHOR):
            data["comment"] = {**comment, "text": traces.cleaned(comment["text"], own=True)}
        if reply and (reply.get("id") in replied or by_them):
            data["reply"] = {**reply, "text": traces.cleaned(reply["text"], own=True)}
        PageLogEntry.objects.filter(pk=line.pk).update(data=data)
    traces.clean_json(said.filter(user=person, action__in=ANSWERS), "data", own=True)


def _forget_told(person: User, traces: Traces) -> None:
    """Clean what colleagues were told of the person's comments and re-readings."""
    comments = Comment.objects.filter(Q(user=person) | Q(resolved_by=person))
    replies = CommentReply.objects.filter(user=person)
    words = [
        (_edit_path(page), as_told(text))
        for page, text in [
            *comments.values_list("page", "text"),
            *replies.values_list("comment__page", "text"),
        ]
    ]
    notices = Notice.objects.filter(traces.said_in("body"), kind="page_comment")
    theirs = [
        one.pk
        for one in notices
        if any(one.path == path and text in one.body for path, text in words)
    ]
    traces.clean(Notice.objects.filter(pk__in=theirs), "body")
    asked = WorkflowState.objects.filter(requested_by=person)
    answered = TaskState.objects.filter(finished_by=person)
    for kinds, pages in (
        (["page_to_reread"], asked.values_list("object_id", flat=True)),
        (
            ["page_sent_back", "page_reread"],
            answered.values_list("workflow_state__object_id", flat=True),
        ),
    ):
        paths = [_edit_path(page) for page in set(pages)]
        traces.clean(Notice.objects.filter(kind__in=kinds, path__in=paths), "body")


def _edit_path(page_id: int | str) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page_id])
