"""Telling people of the comments on a page that they follow: as notices, and only to those who may
open the page at this desk today."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from wagtail.models import COMMENTS_RELATION_NAME, Page, PageSubscription, Site

from accounts.models import User
from accounts.notices.rules import tell_all
from accounts.organisations.rules import people_with_role
from home.rights import DESK_ROLES
from home.typography import NBSP

LONGEST = 400


def tell_about_comments(page: Page, by: User, changes: dict[str, Any], site: Site) -> None:
    """Tell who follows the page, or takes part in a thread of it, what `by` has just said.

    `changes` is what Wagtail's form says changed. Words that were only mended, or taken back, are
    not told.
    """
    lines = [as_told(comment.text) for comment in changes["new_comments"]]
    lines += [as_told(reply.text) for _, replies in changes["new_replies"] for reply in replies]
    lines += [f"Réglé{NBSP}: {as_told(comment.text)}" for comment in changes["resolved_comments"]]
    if not lines:
        return
    threads = [comment for comment, _ in changes["new_replies"]] + changes["resolved_comments"]
    organisation = site.organisation  # type: ignore[attr-defined]
    tell_all(
        _followers(page, by, [thread.pk for thread in threads], organisation.pk),
        kind="page_comment",
        subject=f"Commentaire sur «{NBSP}{page.draft_title}{NBSP}»",
        body="\n\n".join([f"{by} a écrit{NBSP}:", *lines]),
        path=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        action="Lire et répondre",
        organisation=organisation,
    )


def _followers(page: Page, by: User, thread_ids: Iterable[int], organisation_id: int) -> list[User]:
    following = PageSubscription.objects.filter(page=page, comment_notifications=True)
    concerned = Q(pk__in=following.values("user")) | Q(pk=page.owner_id)
    concerned |= Q(**{f"{COMMENTS_RELATION_NAME}__pk__in": thread_ids})
    concerned |= Q(comment_replies__comment__in=thread_ids)
    wanted = set(User.objects.filter(concerned).values_list("pk", flat=True)) - {by.pk}
    here = people_with_role([organisation_id], *DESK_ROLES)
    return [person for person in here if person.pk in wanted]


def as_told(text: str) -> str:
    """Return the words of a comment as a notice repeats them."""
    words = " ".join(text.split())
    return f"«{NBSP}{words[:LONGEST]}{'…' if len(words) > LONGEST else ''}{NBSP}»"
