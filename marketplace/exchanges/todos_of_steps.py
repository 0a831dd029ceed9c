"""What the steps of an exchange leave for a person to do, asked together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.readers import reader_for
from accounts.todos.registry import ToDo
from accounts.todos.steps import waiting_in
from marketplace.exchanges import todos
from marketplace.exchanges.consents import todos as consents
from marketplace.exchanges.handover import todos as handover
from marketplace.exchanges.insurance import todos as insurance
from marketplace.exchanges.recording import todos as recording

STEPS = (
    *todos.STEPS,
    *consents.STEPS,
    *insurance.STEPS,
    *handover.STEPS,
    *recording.STEPS,
)


def mine(user: Any) -> Iterator[ToDo]:
    """Yield what waits for `user` at each step: one query, and one for each that has something."""
    if reader_for(user).organisation_ids:
        yield from waiting_in(user, STEPS)
