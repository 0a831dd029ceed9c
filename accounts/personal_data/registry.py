"""What is kept of people: one registry, which each room fills from its app's `ready()`.

Three things are registered here. Kinds of data with how long they are kept, which the settings page
of a collectivité shows and the daily purge reads. What the export of «mes données» contains. What
must be done, besides emptying the account itself, when a person erases theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

Row = dict[str, Any]

# Whose data a kind is. Public bodies choose how long; associations and people who belong to no body
# follow the defaults, and so does what is the platform's own.
BODIES = "bodies"  # of public bodies only: `due` is asked for each of them
EVERYBODY = "everybody"  # and, with None as the organisation, for what belongs to no public body
PLATFORM = "platform"  # only asked with None


class ErasureRefused(Exception):
    """Something must be done before this account can be erased; the text says what."""


@dataclass(frozen=True)
class Retention:
    """One kind of data, and how long a collectivité keeps it: shown in settings, read by the purge.

    `due(organisation, before)` returns the rows that belong to `organisation` and whose counting
    started before `before` (now, less the months kept): a queryset, for the purge counts it first
    and erases it next. `erase(queryset)` removes them from everywhere (rows, revisions, files,
    search index) or takes the person out of them, and returns how many it dealt with; what it
    dealt with is never due again.
    """

    key: str  # stable: it is stored with the durations that were chosen
    label: str  # «Messages des échanges»
    counted_from: str  # «la clôture de l’échange»
    default_months: int
    due: Callable[[Any, datetime], QuerySet[Any]]
    erase: Callable[[QuerySet[Any]], int]
    why: str = ""  # the reason, in a sentence that the people concerned will read
    # What a collectivité may choose: shorter would break a service or a duty, longer needs a reason
    # that a setting cannot give.
    least_months: int = 1
    most_months: int = 120
    held_by: str = BODIES
    # Whether each row is erased in its own transaction: one that fails is undone alone.
    one_by_one: bool = False

    def __post_init__(self) -> None:
        if not self.least_months <= self.default_months <= self.most_months:
            raise ValueError(f"{self.key}: the default is out of the bounds")


@dataclass(frozen=True)
class Fixed:
    """A kind whose duration nobody chooses: people read it, no purge of ours is asked for it."""

    label: str
    counted_from: str
    kept: str  # «deux mois»
    why: str = ""


@dataclass(frozen=True)
class Export:
    """One file of the export: a title, and what it says of one person."""

    title: str
    rows: Callable[[Any], list[Row]]


Erasure = Callable[[Any], None]

# Pages and files list the rooms from the ground floor up: oneself first, then what one does.
ROOMS = ("accounts", "marketplace", "home", "search", "portal")
# What a coordinator calls the kinds of a room; the others stand together at the end.
ROOM_TITLES = {
    "accounts": "Les personnes et leurs comptes",
    "marketplace": "Les annonces et les échanges",
    "home": "Les pages et qui les lit",
}
OTHER_TITLE = "Le reste"

_retentions: dict[str, Retention] = {}
_fixed: dict[str, Fixed] = {}
_exports: dict[str, Export] = {}
_erasures: list[Erasure] = []


def register_retention(retention: Retention) -> Retention:
    """Add a kind of data. Raises ValueError when another has the same key."""
    if _retentions.setdefault(retention.key, retention) != retention:
        raise ValueError(f"the retention {retention.key!r} is registered twice")
    return retention


def register_fixed(fixed: Fixed) -> Fixed:
    """Add a kind that nobody sets; the same label again replaces it."""
    _fixed[fixed.label] = fixed
    return fixed


def register_export(title: str, rows: Callable[[Any], list[Row]]) -> None:
    """Add to the export what `rows(user)` returns: dictionaries of plain values, in French.

    Only what concerns that person: never another's private address, and a name only where they
    already see it on the site. Raises ValueError when the title is taken.
    """
    export = Export(title, rows)
    if _exports.setdefault(title, export) != export:
        raise ValueError(f"the export {title!r} is registered twice")


def register_erasure(erasure: Erasure) -> Erasure:
    """Add what must be done when an account is emptied; a decorator.

    It runs in the same transaction, before the account itself is emptied, so it can still read the
    name and the address that it must find. It may raise ErasureRefused to say what must be done
    first.
    """
    if erasure not in _erasures:
        _erasures.append(erasure)
    return erasure


def _room(function: Callable[..., Any]) -> int:
    """Return the floor of the room that gave this function."""
    name = getattr(function, "__module__", "").split(".")[0]
    return ROOMS.index(name) if name in ROOMS else len(ROOMS)


def title_of_room(kind: Retention) -> str:
    """Return under which title the settings show this kind: twenty in one list are not read."""
    return ROOM_TITLES.get(getattr(kind.due, "__module__", "").split(".")[0], OTHER_TITLE)


def retentions() -> Iterator[Retention]:
    """Return every kind of data, by room, then in the order of registration."""
    return iter(sorted(_retentions.values(), key=lambda kind: _room(kind.due)))


def fixed_kinds() -> Iterator[Fixed]:
    """Return the kinds that nobody sets, in the order of registration."""
    return iter(_fixed.values())


def retention(key: str) -> Retention:
    """Return one kind. Raises KeyError."""
    return _retentions[key]


def exports() -> Iterator[Export]:
    """Return what the export is made of, by room, then in the order of registration."""
    return iter(sorted(_exports.values(), key=lambda export: _room(export.rows)))


def erasures() -> Iterator[Erasure]:
    """Return what an erasure runs, in the order of registration."""
    return iter(_erasures)
