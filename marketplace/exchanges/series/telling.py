"""What a series makes people hear: one word for all its dates, never one each."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from marketplace.choices import ExchangeState
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.rights import acting_for
from marketplace.exchanges.series.models import Series
from marketplace.exchanges.telling import tell_of
from marketplace.words import NBSP, counted, day_words, span_words

S = ExchangeState
# As many as one reads in a letter.
DATES_SAID = 12


def asked(series: Series, exchanges: Sequence[Exchange], words: str) -> None:
    """Tell who keeps what was booked, or asked for; who waits in line asks nothing yet."""
    now = [one for one in exchanges if one.state != S.WAITING]
    if not now:
        return
    first = now[0]
    title, body = first.listing.display_title, first.asked_for.short_name
    dates = counted(len(now), "date", "dates")
    if first.state == S.CONFIRMED:
        who = shown(first.asked_by, first.asked_for, first, first.keeper)
        subject = f"{dates} réservées par {body} : {title}" if len(now) > 1 else ""
        subject = subject or f"Réservé par {body} : {title}"
        said = f"{who.title} a réservé{NBSP}:\n\n{said_dates(now)}\n\nVous n’avez rien à confirmer."
        kind, action = "exchange_booked", "Voir les réservations"
    else:
        subject = f"{body} demande {dates} : {title}"
        said = f"{words.strip()}\n\nPour{NBSP}:\n\n{said_dates(now)}\n\n"
        said += "Vous pouvez dire oui à toutes, ou à quelques-unes."
        if first.expires_at:
            deadline = day_words(min(one.expires_at for one in now if one.expires_at))
            said += f" Sans réponse de votre part, elles s’arrêtent à partir du {deadline}."
        kind, action = "exchange_asked", "Répondre"
    path = series.get_absolute_url()
    tell_of(first, first.keeper, kind, subject, said.strip(), action, path=path)


def answered(series: Series, exchanges: Sequence[Exchange], actor: User, *, said_yes: bool) -> None:
    first = exchanges[0]
    title = first.listing.display_title
    dates = counted(len(exchanges), "date", "dates")
    for person in _others(first, actor):
        who = shown(actor, acting_for(actor, first), first, person).title
        if said_yes:
            subject = f"Accord donné pour {dates} : {title}"
            body = f"{who} a répondu oui pour{NBSP}:\n\n{said_dates(exchanges)}"
        else:
            subject = f"Demande déclinée pour {dates} : {title}"
            body = f"{who} ne peut pas donner suite pour{NBSP}:\n\n{said_dates(exchanges)}"
            body += f"\n\n{first.reason}\n\nCela n’enlève rien à vos prochaines demandes."
        kind = "exchange_accepted" if said_yes else "exchange_declined"
        path = series.get_absolute_url()
        tell_of(first, person, kind, subject, body, "Voir la série", path=path)


def cancelled(series: Series, exchanges: Sequence[Exchange], actor: User) -> None:
    """Tell each person on the other side what was given up, of what they have a part in."""
    people: dict[int, User] = {}
    concerned: dict[int, list[Exchange]] = {}
    for exchange in exchanges:
        for person in _others(exchange, actor):
            people[person.pk] = person
            concerned.setdefault(person.pk, []).append(exchange)
    for pk, person in people.items():
        theirs = concerned[pk]
        first = theirs[0]
        who = shown(actor, acting_for(actor, first), first, person).title
        reason = f"\n\n{first.reason}" if first.reason else ""
        dates = counted(len(theirs), "date annulée", "dates annulées")
        tell_of(
            first,
            person,
            "exchange_cancelled",
            f"{dates} : {first.listing.display_title}",
            f"{who} a annulé{NBSP}:\n\n{said_dates(theirs)}{reason}",
            "Voir la série",
            path=series.get_absolute_url(),
        )


def said_dates(exchanges: Sequence[Exchange]) -> str:
    """Return the dates, one a line, the first of them when they are many."""
    lines = [f"- {span_words(one.wanted_from, one.wanted_until)}" for one in exchanges[:DATES_SAID]]
    more = len(exchanges) - DATES_SAID
    if more > 0:
        lines.append(f"- et {counted(more, 'autre date', 'autres dates')}")
    return "\n".join(lines)


def _others(exchange: Exchange, actor: User) -> list[User]:
    both = {one.pk: one for one in (exchange.asked_by, exchange.keeper)}
    both.pop(actor.pk, None)
    return list(both.values())
