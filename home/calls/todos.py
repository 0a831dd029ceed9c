"""Answers that nobody has read, among what waits for an editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse

from accounts.days import day_start
from accounts.todos.registry import EDITORIAL, ToDo
from home.calls.models import CallAnswer
from home.tenancy.own import current_desk

AT_MOST = 50


def answers_to_read(user: Any) -> Iterator[ToDo]:
    """One for each call of the desk with new answers; one query, none away from a desk."""
    desk = current_desk.get()
    if desk is None:
        return
    waiting = (
        CallAnswer.objects.in_tree(desk.root_path)
        .waiting()
        .order_by()
        .values("call_id", "call__title")
        .annotate(count=Count("pk"), oldest=Min("answered_on"))
        .order_by("oldest", "call_id")[:AT_MOST]
    )
    for row in waiting:
        title = f"« {row['call__title']} »"
        many = f"{row['count']} réponses" if row["count"] > 1 else "Une réponse"
        yield ToDo(
            desk=EDITORIAL,
            kind="call_answers",
            icon="message-circle",
            text=f"{many} à l’appel {title}",
            strong=title,
            url=reverse("desk_call", args=[row["call_id"]]),
            action="Lire",
            since=day_start(row["oldest"]),
        )
