"""The facts of an exchange, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounts.days import day_end, day_start
from marketplace.choices import Nature, Transfer
from marketplace.exchanges import contacts
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.words import NBSP, day_words, period_words

K = RecordedFact.Kind


def kinds_of(exchange: Exchange) -> tuple[str, ...]:
    """Return what is counted of such an exchange."""
    if exchange.transfer == Transfer.LOAN:
        is_vehicle = exchange.listing.nature == Nature.VEHICLE
        return (K.UNITS, K.KILOMETRES) if is_vehicle else (K.UNITS,)
    if exchange.transfer == Transfer.GIFT:
        return (K.UNITS,)
    if exchange.transfer == Transfer.HOSTING and exchange.listing.nature != Nature.PREMISES:
        return (K.DAYS,)
    return (K.HOURS,)


def givers_of(exchange: Exchange) -> list[Participant]:
    """Return whose time was given: those who came, and those who left on the way."""
    if exchange.transfer != Transfer.TIME:
        return []
    found = exchange.participants.exclude(state=Participant.State.PROPOSED)
    return list(found.select_related("user"))


def hours_words(hours: Decimal) -> str:
    """Return «6 h 30»."""
    minutes = int((hours * 60).to_integral_value())
    whole, rest = divmod(minutes, 60)
    return f"{whole}{NBSP}h{NBSP}{rest:02d}" if rest else f"{whole}{NBSP}h"


def number_words(quantity: Decimal) -> str:
    """Return «12» or «2,5»."""
    return f"{quantity.normalize():f}".replace(".", ",")


def quantity_words(fact: RecordedFact) -> str:
    if fact.kind == K.HOURS:
        return hours_words(fact.quantity)
    one, many = {
        K.DAYS: ("jour", "jours"),
        K.UNITS: ("exemplaire", "exemplaires"),
        K.KILOMETRES: ("km", "km"),
    }[K(fact.kind)]
    return f"{number_words(fact.quantity)}{NBSP}{one if fact.quantity < 2 else many}"


def period_of(fact: RecordedFact) -> str:
    """Return «le lundi 7 juin», «du lundi 7 au mardi 8 juin»."""
    return period_words(day_start(fact.starts_on), day_end(fact.ends_on))


def fact_lines(record: Record, exchange: Exchange) -> list[tuple[str, str]]:
    """Return a label and a value for each fact, then the period; names are shared by then."""
    facts = list(record.facts.select_related("participant__user"))
    lines = [(_label(fact, exchange), quantity_words(fact)) for fact in facts]
    if facts:
        lines.append(("Quand", period_of(facts[0])))
    return lines


def _label(fact: RecordedFact, exchange: Exchange) -> str:
    if fact.participant is not None:
        return f"Temps donné par {fact.participant.user}"
    labels = {
        K.HOURS: "Durée",
        K.DAYS: "Durée",
        K.UNITS: "Donné" if exchange.transfer == Transfer.GIFT else "Prêté",
        K.KILOMETRES: "Parcouru",
    }
    return labels[K(fact.kind)]


def stand_words(record: Record, exchange: Exchange, viewer: Any) -> str:
    """Return who said it and who confirmed it, as this reader may know them."""
    said = contacts.shown(record.said_by, record.said_for, exchange, viewer)
    words = f"Écrit par {said.title}, {record.said_for.short_name}, le {day_words(record.said_at)}."
    if record.state == Record.State.CONFIRMED and record.confirmed_at and record.confirmed_for:
        by = contacts.shown(record.confirmed_by, record.confirmed_for, exchange, viewer)
        words += (
            f" Confirmé par {by.title}, {record.confirmed_for.short_name}, le "
            f"{day_words(record.confirmed_at)}."
        )
    elif record.state == Record.State.UNCONTESTED:
        words += " L’autre côté n’a pas répondu : dit par un seul côté, non contesté."
    elif record.state == Record.State.SAID:
        words += f" Sans réponse le {day_words(record.answer_by)}, ce sera noté comme non contesté."
    return words
