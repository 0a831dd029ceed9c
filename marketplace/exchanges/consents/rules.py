"""Answering a consent, and withdrawing it. Everybody is told; of two who answer at once, one wins.

A consent is a table of its own beside the exchange's: asked is followed by an answer, a silence
that counts, or the end; what was given may be withdrawn until it begins.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.choices import ExchangeState
from marketplace.exchanges import transitions
from marketplace.exchanges.confirming import confirm_when_ready
from marketplace.exchanges.consents import telling
from marketplace.exchanges.consents.asking import (
    OF_MANAGERS,
    host_of,
    make,
    record,
    still_answers,
)
from marketplace.exchanges.consents.models import Consent, ConsentEvent
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from marketplace.words import NBSP

Kind, State, Stopped, What = Consent.Kind, Consent.State, Consent.Stopped, ConsentEvent.What
TRANSITIONS: dict[str, frozenset[str]] = {
    State.ASKED: frozenset({State.GIVEN, State.REFUSED, State.TACIT, State.EXPIRED}),
    State.GIVEN: frozenset({State.REVOKED}),
    State.TACIT: frozenset({State.REVOKED}),
    State.REFUSED: frozenset(),
    State.EXPIRED: frozenset(),
    State.REVOKED: frozenset(),
}
NO_REASONS = (
    ("cover", "Personne ne peut remplacer à ces dates"),
    ("absences", "Trop d’absences dans l’équipe à ce moment-là"),
    ("busy", "Une période chargée pour le service"),
    ("safety", "Une question de sécurité ou de santé au travail"),
    ("other", "Autre raison"),
)
WITHDRAWN = "Un accord de l’administration a été retiré."
NEW_DATES = "Les dates ont changé : l’accord est redemandé pour les nouvelles."
FIXED_MOMENT = (
    "Cette personne vient à un moment fixé par qui la reçoit : il ne change pas pour elle seule. "
    "Qu’elle choisisse un autre créneau, ou parlez-en d’abord."
)
CALLED_OFF = "L’échange s’est arrêté."


def move(
    consent: Consent,
    to: str,
    actor: User | None,
    *,
    by_link: bool = False,
    reason: str = "",
    reason_code: str = "",
) -> None:
    """Make one transition and write its event; raises Overtaken for who comes second."""
    origin = consent.state
    if to not in TRANSITIONS[origin]:
        raise Overtaken(_already(consent))
    changed = Consent.objects.filter(
        pk=consent.pk, state=origin, link_number=consent.link_number
    ).update(
        state=to,
        decided_by=actor,
        decided_at=timezone.now(),
        by_link=by_link,
        reason=reason[:1000],
    )
    if not changed:
        raise Overtaken
    consent.refresh_from_db(
        fields=["state", "decided_by", "decided_at", "by_link", "reason", "tacit_at"]
    )
    record(consent, to, actor, by_link=by_link, reason=reason[:1000], reason_code=reason_code)


def why_not_answer(user: User, consent: Consent) -> str:
    """Return why `user` may not answer this consent today, or an empty text."""
    if consent.exchange.state != ExchangeState.AGREED:
        return _stopped(consent.exchange)
    if consent.state != State.ASKED:
        return _already(consent)
    if consent.expires_at <= timezone.now():
        return "Le délai de réponse est passé. La coordination peut redemander cet accord."
    if user.pk not in (consent.asked_of_id, consent.in_place_of_id):
        return f"Cet accord n’est pas demandé à vous{NBSP}: c’est à l’encadrement de répondre."
    if not still_answers(user, consent):
        return "Vous n’encadrez plus cette personne : la demande va à qui l’encadre aujourd’hui."
    return ""


@transaction.atomic
def agree(consent: Consent, actor: User, *, by_link: bool = False) -> Consent:
    """Say yes; the exchange is confirmed when nothing else is missing. Raises Refused."""
    consent = _opened(consent, actor)
    move(consent, State.GIVEN, actor, by_link=by_link)
    telling.decided(consent)
    confirm_when_ready(consent.exchange, actor)
    return consent


@transaction.atomic
def refuse(
    consent: Consent, actor: User, code: str, words: str = "", *, by_link: bool = False
) -> Consent:
    """Say no, with a reason from the list and words. Raises Refused."""
    consent = _opened(consent, actor)
    labels, words = dict(NO_REASONS), words.strip()
    if code not in labels:
        raise Refused("Choisissez une raison : elle aide à chercher une autre solution.")
    if code == "other" and not words:
        raise Refused("Dites la raison en quelques mots.")
    reason = words if code == "other" else f"{labels[code]}." + (f" {words}" if words else "")
    move(consent, State.REFUSED, actor, by_link=by_link, reason=reason, reason_code=code)
    telling.decided(consent)
    return consent


@transaction.atomic
def talk(consent: Consent, actor: User, words: str = "", *, by_link: bool = False) -> Consent:
    """Ask to talk first: silence no longer counts as a yes; twice is once. Raises Refused."""
    consent = _opened(consent, actor)
    said = {"words": words.strip()[:1000]}
    if _is_said(consent, Stopped.TALK, said):
        return consent
    _stop(consent, Stopped.TALK, **said)
    record(consent, What.TALK, actor, by_link=by_link, reason=consent.words)
    telling.wants_to_talk(consent)
    return consent


@transaction.atomic
def propose_dates(
    consent: Consent,
    actor: User,
    starts: datetime | None,
    ends: datetime | None,
    words: str = "",
    *,
    by_link: bool = False,
) -> Consent:
    """Say that other dates would do: both sides look at them; twice is once.

    The period is half-open. Raises Refused.
    """
    consent = _opened(consent, actor)
    if has_fixed_moment(consent.exchange):
        raise Refused(FIXED_MOMENT)
    if starts is None or ends is None:
        raise Refused("Donnez le premier et le dernier jour que vous proposez.")
    if ends <= starts:
        raise Refused("La fin doit venir après le début.")
    if ends <= timezone.now():
        raise Refused("Ces dates sont passées : choisissez-en à venir.")
    said = {"words": words.strip()[:1000], "other_from": starts, "other_until": ends}
    if _is_said(consent, Stopped.DATES, said):
        return consent
    _stop(consent, Stopped.DATES, **said)
    record(consent, What.DATES, actor, by_link=by_link, reason=consent.words)
    telling.proposes_dates(consent)
    return consent


def _is_said(consent: Consent, why: str, said: dict[str, Any]) -> bool:
    """Whether the same was said already: a second click tells nobody anything."""
    same = all(getattr(consent, name) == value for name, value in said.items())
    return consent.stopped_for == why and same


def _stop(consent: Consent, why: str, **changes: Any) -> None:
    changes |= {"stopped_for": why, "tacit_at": None}
    same = Consent.objects.filter(pk=consent.pk, state=State.ASKED, link_number=consent.link_number)
    if not same.update(**changes):
        raise Overtaken
    consent.refresh_from_db()


def _opened(consent: Consent, actor: User) -> Consent:
    """Return the consent as it is under the lock of its exchange; raises Refused."""
    seen = consent.link_number
    exchange = transitions.hold(consent.exchange)
    consent = Consent.objects.for_page().get(pk=consent.pk)
    consent.exchange = exchange
    if refusal := why_not_answer(actor, consent):
        raise Refused(refusal)
    if consent.link_number != seen:
        raise Overtaken("La demande a été transmise à quelqu’un d’autre entre-temps.")
    return consent


def why_not_withdraw(user: User, consent: Consent) -> str:
    """Return why `user` may not take a yes back, or an empty text: who gave it may, or who manages
    the person today; the agent takes back their own. Until it begins.
    """
    exchange = consent.exchange
    if not consent.is_settled:
        return "Il n’y a pas d’accord à retirer."
    begun = exchange.wanted_from is not None and exchange.wanted_from <= timezone.now()
    if begun or exchange.state not in (ExchangeState.AGREED, ExchangeState.CONFIRMED):
        return (
            "L’échange a commencé, ou s’est arrêté : voyez avec la coordination comment "
            "l’interrompre."
        )
    asked = (consent.decided_by_id, consent.asked_of_id, consent.in_place_of_id)
    if user.pk not in asked or not still_answers(user, consent):
        return "Cet accord se retire par qui l’a donné, ou par qui encadre aujourd’hui."
    return ""


@transaction.atomic
def withdraw(consent: Consent, actor: User, reason: str) -> Consent:
    """Take a yes back before it begins, with a reason; what was confirmed waits again.

    Raises Refused or Overtaken.
    """
    exchange = transitions.hold(consent.exchange)
    consent = Consent.objects.for_page().get(pk=consent.pk)
    consent.exchange = exchange
    if refusal := why_not_withdraw(actor, consent):
        raise Refused(refusal)
    if not reason.strip():
        raise Refused("Dites pourquoi en quelques mots : quelqu’un compte sur cet échange.")
    move(consent, State.REVOKED, actor, reason=reason.strip())
    if exchange.state == ExchangeState.CONFIRMED:
        transitions.move(
            exchange,
            ExchangeState.AGREED,
            actor=None,
            acting_for=None,
            reason=WITHDRAWN,
            reason_code="consent_revoked",
        )
    telling.withdrawn(consent)
    return consent


@transaction.atomic
def say_cover(consent: Consent, actor: User, words: str) -> None:
    """The agent says who replaces them, or what can wait; until the manager answers.

    Raises Refused.
    """
    consent = (
        Consent.objects.select_for_update(of=("self",))
        .select_related("participant")
        .get(pk=consent.pk)
    )
    if consent.participant is None or consent.participant.user_id != actor.pk:
        raise Refused("C’est à la personne qui donne son temps de le dire.")
    if consent.kind != Kind.HOME_MANAGER or consent.state != State.ASKED:
        raise Refused("Votre encadrement a déjà répondu.")
    consent.cover = words.strip()[:500]
    consent.save(update_fields=["cover"])


def has_fixed_moment(exchange: Exchange) -> bool:
    """Whether the person has a place in a slot with its hours, which others share."""
    return exchange.slot is not None and exchange.slot.starts_at is not None


def why_not_take_dates(user: User, consent: Consent) -> str:
    """Return why `user` may not say yes to the dates that the manager proposes: the side that
    receives the time does, once the two have talked.
    """
    exchange = consent.exchange
    if consent.state != State.ASKED or consent.stopped_for != Stopped.DATES:
        return "Aucune autre date n’est proposée."
    if exchange.state != ExchangeState.AGREED:
        return _stopped(exchange)
    if consent.other_until is not None and consent.other_until <= timezone.now():
        return "Ces dates sont passées."
    if user.pk != host_of(exchange).pk:
        return "C’est à qui reçoit ce temps de dire si ces dates conviennent."
    # Proposed before they sat in it.
    return FIXED_MOMENT if has_fixed_moment(exchange) else ""


@transaction.atomic
def take_dates(consent: Consent, actor: User) -> Exchange:
    """Agree on the dates that a manager proposed, and ask again for these: each manager, and the
    agent, whose time is not moved without them.

    Raises Refused or Overtaken.
    """
    exchange = transitions.hold(consent.exchange)
    consent = Consent.objects.for_page().get(pk=consent.pk)
    consent.exchange = exchange
    if refusal := why_not_take_dates(actor, consent):
        raise Refused(refusal)
    exchange.wanted_from, exchange.wanted_until = consent.other_from, consent.other_until
    exchange.save(update_fields=["wanted_from", "wanted_until"])
    ahead = exchange.consents.filter(
        kind__in=[Kind.AGENT, *OF_MANAGERS], state__in=[State.ASKED, State.GIVEN, State.TACIT]
    )
    for one in ahead.for_page():
        to = State.EXPIRED if one.state == State.ASKED else State.REVOKED
        move(one, to, None, reason=NEW_DATES, reason_code="dates")
        one.exchange = exchange
        make(exchange, one.kind, one.organisation, one.participant, cover=one.cover)
    telling.dates_taken(consent)
    return exchange


def _stopped(exchange: Exchange) -> str:
    if exchange.state == ExchangeState.CONFIRMED:
        return "Tous les accords sont donnés : l’échange est confirmé."
    return (
        f"Cet échange est maintenant « {exchange.get_state_display()} » : plus rien n’est attendu."
    )


def _already(consent: Consent) -> str:
    words = {
        State.GIVEN: "Cet accord est déjà donné.",
        State.TACIT: "Cet accord est déjà donné, par le délai passé.",
        State.REFUSED: "Cette demande a déjà reçu une réponse.",
        State.EXPIRED: "Le délai de réponse est passé.",
        State.REVOKED: "Cet accord a été retiré.",
    }
    return words.get(State(consent.state), "Cet accord n’est plus attendu.")
