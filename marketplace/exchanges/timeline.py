"""The path of an exchange as dated steps, the same for both sides, and what comes next.

One registry: each capability adds what happened in its own rows (`add`), in queries that do not
grow with the number of exchanges, and may say better what is going on now (`say_now`). Names
follow the same rule as everywhere (`contacts.shown`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.choices import ExchangeState, Nature, Transfer
from marketplace.exchanges import contacts, rights
from marketplace.exchanges.models import Exchange, ExchangeEvent
from marketplace.exchanges.presentation import dates
from marketplace.words import NBSP, last_day_words, moment_words

S = ExchangeState
EVENT_WORDS = {
    (S.AGREED, S.CONFIRMED): "Rien ne manque : c’est confirmé",
    (S.INTRODUCTION, S.PROPOSED): "D’accord pour se rencontrer",
    (S.WAITING, S.PROPOSED): "La place se libère",
    (S.WAITING, S.EXPIRED): "Fin de l’attente",
    (S.CONFIRMED, S.AGREED): "Un accord est retiré, l’échange attend",
    (S.DISPUTED, S.UNDER_WAY): "L’échange reprend",
    (S.DISPUTED, S.COMPLETED): "Fin de la médiation, l’échange est terminé",
    (S.DISPUTED, S.INTERRUPTED): "Fin de la médiation, l’échange s’arrête",
    (S.DISPUTED, S.CLOSED): "Fin de la médiation, le dossier est clos",
}
STATE_WORDS = {
    S.WAITING: "En liste d’attente",
    S.AGREED: "Accord donné",
    S.CONFIRMED: "Confirmé",
    S.UNDER_WAY: "Commencé",
    S.COMPLETED: "Terminé",
    S.CLOSED: "Clos",
    S.DECLINED: "Demande déclinée",
    S.CANCELLED: "Annulé",
    S.EXPIRED: "Restée sans réponse",
    S.INTERRUPTED: "Interrompu",
    S.DISPUTED: "Une médiation est demandée",
}
STOPPED = (S.DECLINED, S.CANCELLED, S.EXPIRED, S.INTERRUPTED)


@dataclass(frozen=True)
class Entry:
    """Something that happened in an exchange: when, what in plain words, by whom and why."""

    exchange_id: int
    at: datetime
    title: str
    actor: User | None = None
    for_organisation: Organisation | None = None
    words: str = ""
    stopped: bool = False


# What happened in these exchanges, as this reader may know it: as many queries for one as for many.
Source = Callable[[Collection[Exchange], Any], Iterable[Entry]]
# What is going on now, as a title and a detail; None where there is nothing better to say.
Now = Callable[[Exchange, Any], tuple[str, str] | None]
Step = dict[str, str]

_sources: dict[Source, None] = {}
_now_words: dict[Now, None] = {}


def add(source: Source) -> Source:
    """Have a capability's own rows in every timeline; from an AppConfig.ready, or a decorator."""
    _sources[source] = None
    return source


def say_now(words: Now) -> Now:
    """Let a capability say what is going on now; the first that answers is heard."""
    _now_words[words] = None
    return words


def steps(exchange: Exchange, viewer: Any) -> list[Step]:
    """Return the steps done, now and to come, for `components/timeline.html`."""
    return steps_of([exchange], viewer)[exchange.pk]


def steps_of(exchanges: Collection[Exchange], viewer: Any) -> dict[int, list[Step]]:
    """Return the steps of each exchange by its id: one query a source, whatever their number."""
    by_id = {one.pk: one for one in exchanges}
    entries = [*_events(exchanges, viewer)]
    for source in _sources:
        entries += source(exchanges, viewer)
    entries.sort(key=lambda entry: entry.at)  # stable: what is written together stays in order
    found: dict[int, list[Step]] = {pk: [] for pk in by_id}
    for entry in entries:
        found[entry.exchange_id].append(_done(by_id[entry.exchange_id], entry, viewer))
    for pk, exchange in by_id.items():
        if exchange.state in (S.INTERRUPTED, S.CLOSED):  # it may still be out
            found[pk] += _said_now(exchange, viewer)
        elif exchange.state not in STOPPED:
            found[pk] += [_now(exchange, viewer), *_to_come(exchange)]
    return found


def _events(exchanges: Collection[Exchange], viewer: Any) -> Iterator[Entry]:
    by_id = {one.pk: one for one in exchanges}
    events = ExchangeEvent.objects.filter(exchange__in=list(by_id)).order_by("at", "pk")
    for event in events.select_related("actor", "for_organisation"):
        if event.from_state == "":
            title = _first_words(by_id[event.exchange_id], event.to_state, viewer)
        else:
            title = EVENT_WORDS.get(
                (S(event.from_state), S(event.to_state)), STATE_WORDS.get(S(event.to_state), "")
            )
        yield Entry(
            event.exchange_id,
            event.at,
            title,
            event.actor,
            event.for_organisation,
            event.reason,
            stopped=event.to_state in STOPPED,
        )


def _done(exchange: Exchange, entry: Entry, viewer: Any) -> Step:
    detail = moment_words(entry.at)
    mine = entry.actor is not None and entry.actor.pk == getattr(viewer, "pk", None)
    if mine and entry.for_organisation:
        detail += f" · par vous, pour {entry.for_organisation.short_name}"
    elif entry.actor:
        contact = contacts.shown(entry.actor, entry.for_organisation, exchange, viewer)
        by = f"{contact.title}, {contact.detail}" if contact.is_name else contact.title
        detail += f" · {by}"
    if entry.words:
        detail += f". {entry.words}"
    return {
        "state": "stopped" if entry.stopped else "done",
        "title": entry.title,
        "detail": detail,
    }


def _first_words(exchange: Exchange, event_state: str, viewer: Any) -> str:
    mine = exchange.asked_by_id == getattr(viewer, "pk", None)
    who = "Vous avez" if mine else f"{exchange.asked_for.short_name} a"
    if exchange.slot_id:
        return f"{who} dit « Je viens »"
    if not exchange.listing.is_offer:
        return f"{who} répondu à ce besoin"
    if exchange.transfer == Transfer.TIME:
        return f"{who} proposé de se rencontrer"
    if event_state == S.CONFIRMED:
        return f"{who} réservé"
    if event_state == S.WAITING:
        return f"{who} demandé une place en liste d’attente"
    verbs = {Transfer.LOAN: "demandé ce prêt", Transfer.GIFT: "demandé ce don"}
    return f"{who} {verbs.get(Transfer(exchange.transfer), 'fait une demande')}"


def _said_now(exchange: Exchange, viewer: Any) -> list[Step]:
    """Return what the first capability that has a word says, or nothing."""
    for words in _now_words:
        if said := words(exchange, viewer):
            return [{"state": "now", "title": said[0], "detail": said[1]}]
    return []


def _now(exchange: Exchange, viewer: Any) -> Step:
    state = exchange.state
    if said := _said_now(exchange, viewer):
        return said[0]
    if state in (S.INTRODUCTION, S.PROPOSED):
        contact = contacts.keeper_contact(exchange, viewer)
        mine = rights.side_of(viewer, exchange) == rights.ANSWERING
        if exchange.contact_accepted_at:
            title = "Se mettre d’accord"
            detail = "Convenez de la suite dans la conversation. "
            detail += "L’accord se donne ici, quand tout est clair."
        else:
            title = "Vous avez la question" if mine else f"{contact.title} a la question"
            detail = ""
        if exchange.expires_at:
            deadline = last_day_words(exchange.expires_at)
            detail = f"{detail} Sans réponse le {deadline}, la demande s’arrête.".strip()
        return {"state": "now", "title": title, "detail": detail}
    following = {
        S.WAITING: (
            "En attente d’une place",
            "Si elle se libère, elle est proposée dans l’ordre des demandes.",
        ),
        S.AGREED: _after_agreement(exchange),
        S.CONFIRMED: _once_confirmed(exchange),
        S.UNDER_WAY: ("En cours", dates(exchange)),
        S.COMPLETED: ("Un mot pour finir", "De chaque côté, si vous le voulez."),
        S.DISPUTED: ("En médiation", "La coordination écoute les deux côtés."),
    }
    title, detail = following[S(state)]
    return {"state": "now", "title": title, "detail": detail}


def _once_confirmed(exchange: Exchange) -> tuple[str, str]:
    planned = dates(exchange)
    if exchange.listing.is_booked_directly:
        return ("C’est prévu", planned)
    title, detail = _after_agreement(exchange)
    return (title, f"{planned[:1].upper()}{planned[1:]}. {detail}" if planned else detail)


def _after_agreement(exchange: Exchange) -> tuple[str, str]:
    if exchange.transfer == Transfer.TIME:
        return (
            "Préparer la venue",
            "Le lieu, l’heure, qui accueille : convenez-en ci-dessous.",
        )
    if exchange.transfer == Transfer.HOSTING and exchange.listing.nature == Nature.MISSION:
        return ("Préparer la venue", "Le lieu, l’heure, qui accueille : convenez-en ci-dessous.")
    if exchange.transfer == Transfer.HOSTING:
        return ("Convenir des clés et des heures", "Écrivez-vous ci-dessous.")
    return ("Convenir de la remise", "Le jour, le lieu, l’état noté ensemble.")


def _to_come(exchange: Exchange) -> list[Step]:
    if exchange.state == S.DISPUTED:
        detail = f"L’échange reprend, se termine ou s’arrête{NBSP}: vous le lirez ici."
        return [{"state": "todo", "title": "Une issue écrite ensemble", "detail": detail}]
    order = [S.INTRODUCTION, S.PROPOSED, S.AGREED, S.CONFIRMED, S.UNDER_WAY, S.COMPLETED]
    day = dates(exchange)
    ends = exchange.wanted_until or exchange.wanted_from
    if ends is not None and ends < timezone.now():
        day = f"{day}{NBSP}: la date est passée, convenez d’une autre"
    is_time = exchange.transfer == Transfer.TIME
    words = {
        S.PROPOSED: ("Se mettre d’accord", ""),
        S.AGREED: ("Accord", "Rien n’est engagé avant."),
        S.UNDER_WAY: ("Le jour même" if is_time else "Le moment venu", day),
        S.COMPLETED: ("Et après", "Un mot de merci, des deux côtés."),
    }
    if exchange.transfer == Transfer.LOAN:
        words[S.UNDER_WAY] = ("Remise, puis retour", day)
    if exchange.contact_accepted_at and exchange.state == S.PROPOSED:
        words.pop(S.PROPOSED)
    if exchange.listing.is_booked_directly:  # nobody's agreement is waited for
        words.pop(S.AGREED)
    if exchange.state == S.CONFIRMED and ends is not None and ends >= timezone.now():
        words[S.UNDER_WAY] = (words[S.UNDER_WAY][0], "")
    state = S(exchange.state)
    position = order.index(state) if state in order else order.index(S.PROPOSED)
    return [
        {"state": "todo", "title": words[one][0], "detail": words[one][1]}
        for one in order[position + 1 :]
        if one in words
    ]
