"""Who may have which file: each room answers for its own folder, nobody else is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# (path inside the media folder, user, request) -> may they have it
Guard = Callable[[str, Any, Any], bool]

_guards: dict[str, Guard] = {}


def register_guard(folder: str, guard: Guard) -> None:
    """Let `guard` answer for the files below `folder` (no slash), from an AppConfig.ready."""
    _guards[folder] = guard


def may_have(path: str, user: Any, request: Any) -> bool:
    """Return whether `user` may have the file; False for a folder that nobody answers for."""
    guard = _guards.get(path.split("/", 1)[0])
    return bool(guard and guard(path, user, request))
