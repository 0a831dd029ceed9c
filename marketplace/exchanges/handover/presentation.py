"""What pages show of a hand-over: the card beside the exchange, its page, its steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import prefetch_related_objects

from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges import contacts
from marketplace.exchanges.handover import incidents, never_taken, rights
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.handover.queries import AFTER_THE_END, is_out
from marketplace.exchanges.handover.rules import why_not_start
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.presentation import dates
from marketplace.exchanges.timeline import Entry
from marketplace.words import NBSP, figures, moment_words

S = ExchangeState
LEAVING, RETURN = HandOver.Moment.LEAVING, HandOver.Moment.RETURN
TITLES = {LEAVING: "Au départ", RETURN: "Au retour"}
NOTED = {LEAVING: "Départ noté", RETURN: "Retour noté"}


def url(exchange: Exchange) -> str:
    return f"{exchange.get_absolute_url()}remise/"


def card(exchange: Exchange, user: Any) -> dict[str, Any] | None:
    """Return what is to do now beside the exchange, or None when nothing changes hands."""
    if not why_not_start(user, exchange) and not exchange.wanted_from:
        return {"title": "Le moment venu", "start": True}
    if not rights.concerns_things(exchange):
        return None
    # Read once: each question below looks at them.
    prefetch_related_objects([exchange], "hand_overs")
    noted = {one.moment: one for one in exchange.hand_overs.all()}
    moment = next_moment(exchange, user)
    waiting = next((one for one in noted.values() if not rights.why_not_answer(user, one)), None)
    if not (noted or moment):
        return None
    return {
        "title": "Remise et retour" if rights.comes_back(exchange) else "Remise",
        "url": url(exchange),
        "lines": [_line(one) for one in noted.values()],
        "moment": moment,
        "action": action_words(exchange, user, moment) if moment else "",
        "one_tap": bool(moment) and rights.is_light(exchange),
        "to_confirm": waiting is not None,
        "incidents": _incidents(exchange),
        "may_say_not_taken": not never_taken.why_not_say(user, exchange),
    }


def _line(one: HandOver) -> str:
    state = one.get_condition_display()
    waiting = ", à confirmer" if one.is_waiting else ""
    return f"{NOTED[HandOver.Moment(one.moment)]} {moment_words(one.at)}{NBSP}: {state}{waiting}."


def _incidents(exchange: Exchange) -> list[dict[str, str]]:
    return [
        {
            "url": one.get_absolute_url(),
            "words": "Incident à régler" if one.is_open else "Incident réglé",
        }
        for one in exchange.incidents.all()
    ]


def next_moment(exchange: Exchange, user: Any) -> str:
    """Return which moment `user` may note now, or an empty text."""
    for moment in (LEAVING, RETURN):
        if not rights.why_not_record(user, exchange, moment):
            return moment
    return ""


def action_words(exchange: Exchange, user: Any, moment: str) -> str:
    """Return what the button says: with the first person of who takes, or lends."""
    lends = rights.role_of(user, exchange) == rights.LENDER
    if not lends and exchange.listing.transfer == Transfer.HOSTING:
        return "J’y suis" if moment == LEAVING else "La place est libre"
    if moment == LEAVING:
        return "Noter le départ" if lends else "J’ai pris"
    return "Noter le retour" if lends else "J’ai rendu"


def states(exchange: Exchange, user: Any) -> list[dict[str, Any]]:
    """Return what was noted at each moment, for the page."""
    noted = exchange.hand_overs.select_related(
        "recorded_by", "recorded_for", "answered_by"
    ).prefetch_related("photos")
    found = list(noted.order_by("at", "pk"))
    for one in found:
        one.exchange = exchange
    return [_state(one, exchange, user) for one in found]


def _state(one: HandOver, exchange: Exchange, user: Any) -> dict[str, Any]:
    who = contacts.shown(one.recorded_by, one.recorded_for, exchange, user)
    title = TITLES[HandOver.Moment(one.moment)]
    return {
        "title": title,
        "when": f"{moment_words(one.at)}, {who.title}",
        "facts": [(label, value) for label, value in _facts(one) if value],
        "checklist": one.checklist,
        "words": one.words,
        "photos": [
            {"url": photo.file.url, "alt": f"{title}, photo {rank}"}
            for rank, photo in enumerate(one.photos.all(), start=1)
        ],
        "answer": "" if not rights.why_not_answer(user, one) else _answer(one),
    }


def _facts(one: HandOver) -> list[tuple[str, str]]:
    kilometres = "" if one.kilometres is None else f"{figures(one.kilometres)}{NBSP}km"
    attested = one.licence_attested_at
    return [
        ("État", one.get_condition_display()),
        ("Compteur", kilometres),
        ("Carburant ou batterie", one.get_fuel_display() if one.fuel else ""),
        ("Permis", f"attesté le {moment_words(attested)}" if attested else ""),
        ("Conduisent aussi", ", ".join(one.drivers.splitlines())),
    ]


def _answer(one: HandOver) -> str:
    if one.is_waiting:
        return "L’autre côté n’a pas encore confirmé."
    if one.answer == HandOver.Answer.AGREES:
        return "L’autre côté est d’accord."
    if one.answer == HandOver.Answer.DIFFERS:
        return f"L’autre côté voit autre chose{NBSP}: {one.answer_words}"
    return ""


def entries(exchanges: Collection[Exchange], viewer: Any) -> Iterator[Entry]:
    """Yield the returns, and what got damaged at either moment, for the timeline: one query."""
    noted = HandOver.objects.filter(exchange__in=[one.pk for one in exchanges])
    for one in noted.select_related("recorded_by", "recorded_for", "incident"):
        if one.moment == RETURN:
            yield Entry(
                one.exchange_id,
                one.at,
                NOTED[RETURN],
                one.recorded_by,
                one.recorded_for,
                f"{one.get_condition_display().capitalize()}.",
            )
        if incident := getattr(one, "incident", None):
            yield from _damage(incident)


def _damage(incident: Incident) -> Iterator[Entry]:
    yield Entry(incident.exchange_id, incident.opened_at, "Un incident est signalé")
    if incident.settled_at:
        words = f"{incident.get_outcome_display().capitalize()}."
        yield Entry(incident.exchange_id, incident.settled_at, "L’incident est réglé", words=words)


def now_words(exchange: Exchange, viewer: Any) -> tuple[str, str] | None:
    """Return what is going on with what is lent, better than «En cours»."""
    if exchange.state in AFTER_THE_END and is_out(exchange):
        return ("À rendre", "C’est encore dehors. Le retour se note ici, d’un côté ou de l’autre.")
    if exchange.state != S.UNDER_WAY or exchange.transfer != Transfer.LOAN:
        return None
    back = exchange.hand_overs.filter(moment=RETURN).first()
    if back is None:
        return ("Prêté en ce moment", dates(exchange))
    if back.is_waiting:
        return ("Retour à confirmer", "Qui prête dit si tout est bien revenu.")
    return ("Rendu", "Il reste à dire comment cela s’est passé.")


def incident_page(incident: Incident, user: Any) -> dict[str, Any]:
    """Return what the page of an incident shows."""
    exchange = incident.exchange
    return {
        "incident": incident,
        "title": str(incident.unit) if incident.unit else exchange.listing.display_title,
        "opened": moment_words(incident.opened_at),
        "settled": moment_words(incident.settled_at) if incident.settled_at else "",
        "photos": [
            {"url": photo.file.url, "alt": f"Photo {rank} du dégât"}
            for rank, photo in enumerate(incident.hand_over.photos.all(), start=1)
        ],
        "without": [
            {"url": one.get_absolute_url(), "who": one.asked_for.short_name, "when": dates(one)}
            for one in incidents.left_without(incident)
        ]
        if not rights.why_not_settle(user, incident)
        else [],
    }
