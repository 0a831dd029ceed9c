"""What the timeline says of an end announced before its time: one query."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from marketplace.choices import ExchangeState
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.timeline import Entry
from marketplace.words import NBSP, last_day_words


def announced(exchanges: Collection[Exchange], viewer: Any) -> Iterator[Entry]:
    """Yield what was announced for a later day; what stopped at once is an event already."""
    found = Interruption.objects.filter(exchange__in=[one.pk for one in exchanges])
    for one in found.select_related("announced_by", "announced_for"):
        if one.stops_at <= one.announced_at:
            continue
        yield Entry(
            one.exchange_id,
            one.announced_at,
            f"Fin annoncée{NBSP}: dernier jour le {_day(one)}",
            one.announced_by,
            one.announced_for,
            one.reason,
        )
        if one.taken_back_at:
            yield Entry(
                one.exchange_id,
                one.taken_back_at,
                "L’arrêt annoncé est retiré, l’échange continue",
                one.announced_by,
                one.announced_for,
            )


def left(exchanges: Collection[Exchange], viewer: Any) -> Iterator[Entry]:
    """Yield who, of several, comes no more; alone, one ends the exchange, an event already."""
    by_id = {one.pk: one for one in exchanges}
    people = Participant.objects.filter(exchange__in=list(by_id)).select_related("user")
    of_each: dict[int, list[Participant]] = {}
    for one in people.order_by("since", "pk"):
        of_each.setdefault(one.exchange_id, []).append(one)
    for pk, group in of_each.items():
        for one in group if len(group) > 1 else ():
            if one.state == Participant.State.LEFT:
                yield Entry(pk, one.since, "Une personne de moins", one.user, by_id[pk].giver)


def now(exchange: Exchange, viewer: Any) -> tuple[str, str] | None:
    """Say until when an exchange under way goes on, once its end is announced."""
    if exchange.state != ExchangeState.UNDER_WAY:
        return None
    found = Interruption.objects.that_count().filter(exchange=exchange).first()
    return (f"En cours, jusqu’au {_day(found)}", "Son arrêt est annoncé.") if found else None


def _day(found: Interruption) -> str:
    return last_day_words(found.stops_at)
