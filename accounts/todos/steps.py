"""Asking many things at once what waits for a person: one query says which have anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet

from accounts.models import User
from accounts.todos.registry import ToDo

LIMIT = 50


@dataclass(frozen=True)
class Step:
    """One thing that may wait: its rows for a person, and what each says; None when nothing."""

    rows: Callable[[Any], QuerySet[Any]]
    say: Callable[[Any], ToDo | None]


def waiting_in(user: Any, steps: Sequence[Step]) -> Iterator[ToDo]:
    """Yield what waits for `user`: one query, and one more for each step that has something.

    The header of every page counts what waits, and most of it is nothing for most people.
    """
    rows = [step.rows(user) for step in steps]
    names = [f"step_{number}" for number in range(len(steps))]
    has = {name: Exists(found) for name, found in zip(names, rows, strict=True)}
    filled = User.objects.filter(pk=user.pk).annotate(**has).values(*names).first() or {}
    for name, found, step in zip(names, rows, steps, strict=True):
        if filled.get(name):
            for row in found[:LIMIT]:
                if todo := step.say(row):
                    yield todo
