"""What the end of an exchange before its time makes people hear."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import User
from marketplace.exchanges import audience
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.telling import tell_of
from marketplace.words import NBSP, last_day_words, moment_words

KEPT = "Ce qui a été fait jusque-là reste acquis."
TO_SAY = "Dites-le avec l’autre côté sur la page de l’échange, avant ce jour."


def announced(exchange: Exchange, interruption: Interruption, actor: User) -> None:
    """Tell everybody until when it goes on, and why it stops then."""
    day = last_day_words(interruption.stops_at)
    for person in audience.everyone(exchange, but=actor):
        who = shown(actor, interruption.announced_for, exchange, person).title
        tell_of(
            exchange,
            person,
            "exchange_stopping",
            f"Fin annoncée{NBSP}: {exchange.listing.display_title}",
            f"{who} met fin à cet échange{NBSP}: son dernier jour est le {day}.\n\n"
            f"{interruption.reason}\n\n{KEPT} {TO_SAY}",
            "Voir l’échange",
        )
    audience.tell_managers(
        exchange,
        "exchange_stopping",
        f"Fin annoncée{NBSP}: {exchange.listing.display_title}",
        f"Un échange pour lequel votre accord était demandé s’arrête{NBSP}: son dernier jour est "
        f"le {day}.",
        but=actor,
    )


def taken_back(exchange: Exchange, interruption: Interruption, actor: User) -> None:
    """Tell everybody who heard of the end that it will not be."""
    subject = f"L’échange continue{NBSP}: {exchange.listing.display_title}"
    until = f", jusqu’au {moment_words(exchange.wanted_until)}" if exchange.wanted_until else ""
    for person in audience.everyone(exchange, but=actor):
        who = shown(actor, interruption.announced_for, exchange, person).title
        tell_of(
            exchange,
            person,
            "exchange_goes_on",
            subject,
            f"{who} revient sur l’arrêt annoncé{NBSP}: l’échange continue comme convenu{until}.",
            "Voir l’échange",
        )
    audience.tell_managers(
        exchange,
        "exchange_goes_on",
        subject,
        "L’arrêt annoncé d’un échange pour lequel votre accord était demandé est retiré. "
        "L’échange continue comme convenu.",
        but=actor,
    )


def stopped(exchange: Exchange, interruption: Interruption, actor: User | None) -> None:
    """Tell everybody that it is over; for safety, the coordination of both sides too."""
    for person in _all(exchange, interruption, actor):
        who = shown(interruption.announced_by, interruption.announced_for, exchange, person).title
        now = f"{who} arrête cet échange tout de suite" if actor else "Cet échange s’arrête"
        tell_of(
            exchange,
            person,
            "exchange_stopped",
            f"Échange arrêté{NBSP}: {exchange.listing.display_title}",
            f"{now}{NBSP}:\n\n{interruption.reason}\n\n{KEPT}",
            "Voir l’échange",
        )
    audience.tell_managers(
        exchange,
        "exchange_stopped",
        f"Échange arrêté{NBSP}: {exchange.listing.display_title}",
        "Un échange pour lequel votre accord était demandé vient de s’arrêter.",
        but=actor,
    )


def _all(exchange: Exchange, interruption: Interruption, actor: User | None) -> Iterator[User]:
    told = {actor.pk} if actor else set()
    for person in audience.everyone(exchange, but=actor):
        told.add(person.pk)
        yield person
    if interruption.code == Interruption.Code.SAFETY:
        yield from (one for one in audience.coordinations(exchange) if one.pk not in told)
