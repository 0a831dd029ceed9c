"""What people hear of the facts of an exchange."""

from __future__ import annotations

from accounts.models import User
from marketplace.choices import ExchangeState
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.models import ASKING, Record
from marketplace.exchanges.recording.presentation import fact_lines
from marketplace.exchanges.telling import tell_of
from marketplace.words import NBSP, day_words

SEE = "Voir l’échange"


def person_of(side: str, exchange: Exchange) -> User:
    """Return who asked, or who answers."""
    return exchange.asked_by if side == ASKING else exchange.keeper


def other_person(side: str, exchange: Exchange) -> User:
    return exchange.keeper if side == ASKING else exchange.asked_by


def said(exchange: Exchange, record: Record, *, correction: bool) -> None:
    """Ask the other side whether it is so."""
    person = other_person(record.side, exchange)
    who = shown(record.said_by, record.said_for, exchange, person).title
    title = exchange.listing.display_title
    subject = (
        f"Une correction à confirmer{NBSP}: {title}"
        if correction
        else (f"Ce qui a été fait, à confirmer{NBSP}: {title}")
    )
    lines = "\n".join(f"{label}{NBSP}: {value}" for label, value in fact_lines(record, exchange))
    note = f"\n\n{record.note}" if record.note else ""
    tell_of(
        exchange,
        person,
        "exchange_recorded",
        subject,
        f"{who} a écrit ce qui a été fait{NBSP}:\n\n{lines}{note}\n\n"
        f"Confirmez-le, ou corrigez-le. Sans réponse de votre part le "
        f"{day_words(record.answer_by)}, ce sera noté comme non contesté, dit par un seul côté.",
        "Confirmer ou corriger",
    )


def asked_after_the_end(exchange: Exchange) -> None:
    """Ask both sides, once the day has passed, what was done; silence invents nothing.

    Without an end date, ask whether it is over.
    """
    if exchange.wanted_until:
        question, why = "Comment cela s’est-il passé", "La date prévue est passée. Dites"
    else:
        question = "Est-ce fini"
        why = (
            f"Cet échange n’a pas de date de fin. S’il continue, ne changez rien{NBSP}; sinon, "
            "dites"
        )
    for person in {one.pk: one for one in (exchange.asked_by, exchange.keeper)}.values():
        tell_of(
            exchange,
            person,
            "exchange_to_record",
            f"{question}{NBSP}? {exchange.listing.display_title}",
            f"{why} ce qui a été fait{NBSP}: un côté l’écrit, l’autre "
            "le confirme. Si cela n’a pas eu lieu, arrêtez l’échange, et dites pourquoi.",
            "Le dire",
        )


def confirmed(exchange: Exchange, record: Record) -> None:
    person = person_of(record.side, exchange)
    to_come = " Il reste à dire, si vous le voulez, ce que cet échange vous a apporté."
    tell_of(
        exchange,
        person,
        "exchange_record_confirmed",
        f"C’est confirmé{NBSP}: {exchange.listing.display_title}",
        "L’autre côté confirme ce que vous aviez écrit."
        + (to_come if exchange.state == ExchangeState.COMPLETED else ""),
        SEE,
    )


def uncontested(exchange: Exchange, record: Record) -> None:
    ends = ", et l’échange se termine" if exchange.state == ExchangeState.UNDER_WAY else ""
    for person in {exchange.asked_by, exchange.keeper}:
        tell_of(
            exchange,
            person,
            "exchange_record_uncontested",
            f"Non contesté{NBSP}: {exchange.listing.display_title}",
            "Ce qu’un côté avait écrit n’a pas reçu de réponse à temps. C’est gardé comme dit par "
            f"un seul côté{ends}.",
            SEE,
        )
