"""What the passing of time does to consents; `tick` runs it, as often as it likes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.notices.delivery import MOST_FAILURES
from marketplace.choices import ExchangeState
from marketplace.exchanges import transitions
from marketplace.exchanges.confirming import confirm_when_ready
from marketplace.exchanges.consents import rules, telling
from marketplace.exchanges.consents.asking import (
    OF_MANAGERS,
    coordinates,
    hand_on,
    record,
    still_answers,
    subject_of,
    who_answers,
)
from marketplace.exchanges.consents.models import Consent, ConsentEvent
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from marketplace.words import day_words

State, Stopped = Consent.State, Consent.Stopped
# More often, one stops reading.
REMIND_EVERY = timedelta(days=3)


def settle_due(now: datetime | None = None) -> int:
    """Settle what falls due: who cannot answer any more, silence, the end; returns how many.

    Idempotent: what one tick did, another finds done.
    """
    now = now or timezone.now()
    waiting = Consent.objects.filter(state=State.ASKED).order_by("pk")
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        try:
            done += _settle(pk, now)
        except Overtaken:
            continue
    return done


@transaction.atomic
def _settle(pk: int, now: datetime) -> bool:
    consent = Consent.objects.for_page().select_related("notice").get(pk=pk)
    exchange = consent.exchange = transitions.hold(consent.exchange)
    if consent.state != State.ASKED:
        return False
    if exchange.state != ExchangeState.AGREED:
        rules.move(consent, State.EXPIRED, None, reason=rules.CALLED_OFF)
        return True
    if consent.expires_at <= now:
        rules.move(consent, State.EXPIRED, None)
        telling.expired(consent)
        return True
    if consent.kind in OF_MANAGERS and _asked_of_somebody_else(consent):
        return True
    if not _counts_as_a_yes(consent, now):
        return False
    rules.move(consent, State.TACIT, None)
    telling.tacit(consent)
    confirm_when_ready(exchange)
    return True


def _counts_as_a_yes(consent: Consent, now: datetime) -> bool:
    """Whether silence is a yes by now: only of who received the letter, never for associations."""
    if consent.tacit_at is None or consent.tacit_at > now:
        return False
    received = consent.notice is not None and consent.notice.sent_at is not None
    return received and not consent.exchange.receiver.is_association


def _asked_of_somebody_else(consent: Consent) -> bool:
    """Hand it on when who is asked left, no longer manages, is away, or gets no letters."""
    asked = consent.asked_of
    if asked is None or not asked.is_active or not still_answers(asked, consent):
        return hand_on(consent, None)
    if _bounced(consent):
        if hand_on(consent, None, why=Stopped.BOUNCE, but=[asked.pk]):
            return True
        return _stopped(consent, Stopped.BOUNCE)
    today = who_answers(subject_of(consent), consent.organisation, consent.exchange)
    if today.in_place_of is not None and today.in_place_of.pk == asked.pk:
        return hand_on(consent, None, why=Stopped.AWAY)
    # Away, and nobody else is there: it waits for their return, whatever the clock says.
    same = today.person is not None and today.person.pk == asked.pk
    return same and today.is_away and _stopped(consent, Stopped.AWAY)


def _bounced(consent: Consent) -> bool:
    notice = consent.notice
    return notice is not None and notice.sent_at is None and notice.failures >= MOST_FAILURES


def _stopped(consent: Consent, why: str) -> bool:
    """Nobody else is there: silence counts no more; of a lost letter the coordination is told.

    Once: returns whether it was done now.
    """
    if consent.stopped_for:
        return False
    stopped = Consent.objects.filter(pk=consent.pk, stopped_for="").update(
        stopped_for=why, tacit_at=None
    )
    if stopped and why == Stopped.BOUNCE:
        telling.not_delivered(consent)
    return bool(stopped)


def person_left(person: User, organisation: Organisation | None, actor: User | None) -> None:
    """Ask the next manager, where `person` was asked; what asked for their own time stops.

    `organisation` is the one they left, or None for all: their account is erased.
    """
    waiting = Consent.objects.filter(state=State.ASKED)
    if organisation is not None:
        waiting = waiting.filter(organisation=organisation)
    theirs = Q(participant__user=person) | Q(asked_of=person) | Q(in_place_of=person)
    # Under the locks of whoever answers at the same moment: what they said stands.
    concerned = waiting.filter(theirs).order_by().values("exchange")
    for exchange in Exchange.objects.filter(pk__in=concerned).order_by("pk"):
        transitions.hold(exchange)
    for one in waiting.filter(participant__user=person).for_page().order_by("pk"):
        rules.move(one, State.EXPIRED, None, reason="La personne a quitté son organisme.")
    asked = waiting.filter(kind__in=OF_MANAGERS, asked_of=person).for_page().order_by("pk")
    for one in asked:
        if not hand_on(one, actor, but=[person.pk]):
            telling.nobody(one)
    waiting.filter(in_place_of=person).update(in_place_of=None)


def why_not_remind(user: User, consent: Consent) -> str:
    """Return why the coordination may not call it to mind now, or an empty text."""
    if not coordinates(user, consent):
        return "La relance revient à la coordination."
    if consent.state != State.ASKED or consent.exchange.state != ExchangeState.AGREED:
        return "Cet accord n’est plus attendu."
    if consent.asked_of_id == user.pk:
        return "C’est à vous que cet accord est demandé."
    last = consent.reminded_at
    if last is not None and last > timezone.now() - REMIND_EVERY:
        return f"Déjà rappelé {day_words(last)} : laissez trois jours avant d’insister."
    return ""


@transaction.atomic
def remind(consent: Consent, actor: User) -> None:
    """Write again to who is asked, at most every three days. Raises Refused or Overtaken."""
    if refusal := why_not_remind(actor, consent):
        raise Refused(refusal)
    same = Consent.objects.filter(pk=consent.pk, state=State.ASKED, reminded_at=consent.reminded_at)
    if not same.update(reminded_at=timezone.now()):
        raise Overtaken
    record(consent, ConsentEvent.What.REMINDED, actor)
    if not telling.reminded(consent):
        raise Refused("Personne n’est là pour répondre : demandez à quelqu’un d’autre.")
