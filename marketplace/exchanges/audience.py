"""Who hears of the way out of an exchange, besides the two who speak for its sides.

Those who give their time, the coordination, and whoever a capability adds (the managers who said
yes): one list for whatever stops, so that nobody is left to learn it from a closed door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from accounts.models import User
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges.models import Exchange, Participant

_others: dict[Callable[[Exchange], Iterable[User]], None] = {}


def also(who: Callable[[Exchange], Iterable[User]]) -> Callable[[Exchange], Iterable[User]]:
    """Let a capability add who hears; from an AppConfig.ready."""
    _others[who] = None
    return who


def everyone(exchange: Exchange, but: Any = None) -> Iterator[User]:
    """Yield once each: both sides, who gives time, the named coordinator, whoever was added."""
    given = exchange.participants.exclude(state=Participant.State.LEFT).select_related("user")
    people: list[User | None] = [exchange.asked_by, exchange.keeper, exchange.coordinator]
    people += [one.user for one in given]
    for who in _others:
        people += who(exchange)
    seen = {getattr(but, "pk", None)}
    for person in people:
        if person is not None and person.pk not in seen:
            seen.add(person.pk)
            yield person


def coordinations(exchange: Exchange) -> Iterable[User]:
    """Return who coordinates one side or the other, today."""
    return coordinators_of([exchange.giver_id, exchange.receiver_id])
