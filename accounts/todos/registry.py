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

_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a function that returns what waits for a user (bounded queries); a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def todos_for(user: Any, desk: str | None = None) -> list[ToDo]:
    """Return what waits for `user`, due first, then oldest first; nothing when anonymous.

    Computed once a request: the answer is kept on the user object.
    """
    if not getattr(user, "is_authenticated", False):
        return []
    known = getattr(user, "_todos", None)
    if known is None:
        known = [todo for provider in _providers for todo in provider(user)]
        known.sort(key=lambda todo: (todo.due is None, todo.due or todo.since))
        user._todos = known
    return [todo for todo in known if desk is None or todo.desk == desk]


def forget_todos(user: Any) -> None:
    """Forget what was computed, after something was settled in this request."""
    if hasattr(user, "_todos"):
        del user._todos
