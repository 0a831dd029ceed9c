"""Words of readers that nobody has read, among what waits for an editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse

from accounts.todos.registry import EDITORIAL, ToDo
from home.feedback.queries import comments_to_read
from home.tenancy.own import current_desk
from home.typography import NBSP

AT_MOST = 20


def words_to_read(user: Any) -> Iterator[ToDo]:
    """One for each page of the desk with words to read; one query, none away from a desk."""
    desk = current_desk.get()
    if desk is None:
        return
    waiting = (
        comments_to_read(desk.root_path)
        .select_related(None)
        .order_by()
        .values("page_id", "page__title")
        .annotate(count=Count("pk"), oldest=Min("changed_at"))
        .order_by("oldest", "page_id")[:AT_MOST]
    )
    for row in waiting:
        title = f"«{NBSP}{row['page__title']}{NBSP}»"
        many = f"{row['count']} mots de lecture" if row["count"] > 1 else "Un mot de lecture"
        yield ToDo(
            desk=EDITORIAL,
            kind="page_words",
            icon="message-circle",
            text=f"{many} sur {title}",
            strong=title,
            url=f"{reverse('desk_feedback')}?sur={row['page_id']}",
            action="Lire",
            since=row["oldest"],
        )
