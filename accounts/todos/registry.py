"""What waits for a person: one registry, which each room fills and every desk reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

MINE = "mine"  # /mes-echanges/ and the home page
TEAM = "team"  # /mon-equipe/
COORDINATION = "coordination"  # /coordination/
EDITORIAL = "editorial"  # /cms/


@dataclass(frozen=True)
class ToDo:
    """One thing that waits for one person, said by a verb, settled behind `url`."""

    desk: str
    kind: str
    icon: str
    text: str  # plain text; `strong` is the part of it to set in bold, if any
    url: str
    action: str  # the verb on the link: «Répondre»
    since: datetime
    strong: str = ""
    detail: str = ""
    due: datetime | None = None

    @property
    def late(self) -> bool:
        return self.due is not None and self.due < timezone.now()

    @property
    def text_html(self) -> SafeString:
        """Return the text, escaped, with its strong part in bold."""
        if not self.strong or self.strong not in self.text:
            return format_html("{}", self.text)
        before, _, after = self.text.partition(self.strong)
        return format_html("{}<strong>{}</strong>{}", before, self.strong, after)


Provider = Callable[[Any], Iterable[ToDo]]

# Each provider, with the desks that it fills; none for any.
_providers: dict[Provider, tuple[str, ...]] = {}


def register(provider: Provider, *desks: str) -> Provider:
    """Add a function that returns what waits for a user (bounded queries); a decorator.

    With `desks`, it is only asked when one of them is read: the header of every page counts
    MINE, and must not pay for what only a coordinator's desk shows.
    """
    _providers[provider] = desks
    return provider


def forget(provider: Provider) -> None:
    """Ask this function no more; the opposite of `register`."""
    _providers.pop(provider, None)


def todos_for(user: Any, desk: str | None = None) -> list[ToDo]:
    """Return what waits for `user`, due first, then oldest first; nothing when anonymous.

    Each provider is asked once a request: its answer is kept on the user object.
    """
    if not getattr(user, "is_authenticated", False):
        return []
    if not hasattr(user, "_todos"):
        user._todos = {}
    found: list[ToDo] = []
    for provider, desks in _providers.items():
        if desk is not None and desks and desk not in desks:
            continue
        if provider not in user._todos:
            user._todos[provider] = list(provider(user))
        found += user._todos[provider]
    found.sort(key=lambda todo: (todo.due is None, todo.due or todo.since))
    return [todo for todo in found if desk is None or todo.desk == desk]


def forget_todos(user: Any) -> None:
    """Forget what was computed, after something was settled in this request."""
    if hasattr(user, "_todos"):
        del user._todos
