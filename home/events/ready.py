"""What events add to the registries of the ground floor; called once the models are loaded."""

from __future__ import annotations

from importlib import import_module

from accounts.todos.registry import MINE
from accounts.todos.registry import register as register_todos
from home.events import personal_data, todos


def register() -> None:
    import_module("home.events.receivers")
    register_todos(todos.tomorrow, MINE)
    personal_data.register()
