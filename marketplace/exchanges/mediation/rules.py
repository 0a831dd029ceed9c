"""Asking for a mediation, speaking in it, taking it, and writing its way out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights as exchange_rights
from marketplace.exchanges import transitions
from marketplace.exchanges.mediation import rights, telling
from marketplace.exchanges.mediation.models import Mediation, MediationNote
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed
from marketplace.words import NBSP

S = ExchangeState
Outcome, Audience = Mediation.Outcome, MediationNote.Audience
LEADS_TO = {
    Outcome.RESUMED: S.UNDER_WAY,
    Outcome.COMPLETED: S.COMPLETED,
    Outcome.INTERRUPTED: S.INTERRUPTED,
    Outcome.CLOSED: S.CLOSED,
}
# What has ended is neither resumed nor interrupted.
AFTER_THE_END = (Outcome.COMPLETED, Outcome.CLOSED)
# How long one waits before it is called to mind: without a mediator, then with one.
TAKEN_WITHIN, SETTLED_WITHIN = timedelta(days=2), timedelta(days=14)
REMIND_EVERY = timedelta(days=7)


@transaction.atomic
def ask(exchange: Exchange, actor: User, words: str) -> Mediation:
    """Call the coordination; the words are for one's own side and for it. Returns the mediation.

    Raises Refused, Overtaken when the other side has just asked.
    """
    if refusal := rights.why_not_ask(actor, exchange):
        raise Refused(refusal)
    words = _said(words, "Dites en quelques mots ce qui ne va pas.")
    if not rights.mediators_of(exchange).exists():
        raise Refused(rights.NOBODY)
    side, origin = rights.side_of(actor, exchange), exchange.state
    organisation = rights.organisation_of(side, exchange)
    transitions.move(
        exchange, S.DISPUTED, actor=actor, acting_for=organisation, reason_code="mediation"
    )
    mediation = Mediation.objects.create(
        exchange=exchange, from_state=origin, asked_by=actor, asked_for=organisation
    )
    MediationNote.objects.create(
        mediation=mediation,
        audience=Audience.SIDE,
        side=side,
        author=actor,
        for_organisation=organisation,
        body=words,
    )
    telling.asked(mediation, actor)
    return mediation


@transaction.atomic
def speak(mediation: Mediation, actor: User, words: str) -> MediationNote:
    """Add a side's own words, for that side and the coordination. Raises Refused."""
    _hold(mediation)
    side = rights.side_of(actor, mediation.exchange)
    if not side:
        raise Refused(exchange_rights.NOT_YOURS)
    words = _said(words, "Écrivez votre version avant de l’envoyer.")
    note, made = MediationNote.objects.get_or_create(
        mediation=mediation,
        audience=Audience.SIDE,
        side=side,
        author=actor,
        for_organisation=rights.organisation_of(side, mediation.exchange),
        body=words,
    )
    if made:
        telling.spoken(mediation, note)
    return note


@transaction.atomic
def take(mediation: Mediation, actor: User) -> Mediation:
    """Become the one who listens; of two coordinators at once, one does. Raises Refused, Overtaken.

    Who left the coordination, or is a side now, is replaced.
    """
    if refusal := rights.why_not_take(actor, mediation):
        raise Refused(refusal)
    able = list(rights.mediators_of(mediation.exchange).values_list("pk", flat=True))
    free = Mediation.objects.open().filter(Q(mediator=None) | ~Q(mediator__in=able))
    if not free.filter(pk=mediation.pk).update(
        mediator=actor, mediator_for=rights.body_of(actor, mediation), taken_at=timezone.now()
    ):
        mediation.refresh_from_db()
        if mediation.mediator_id == actor.pk:
            return mediation
        who = mediation.mediator
        raise Overtaken(f"{who} suit déjà cette médiation." if who else "")
    mediation.refresh_from_db()
    exchanges_changed.send(sender=Exchange, exchange_ids=[mediation.exchange_id])
    telling.taken(mediation)
    return mediation


@transaction.atomic
def note(mediation: Mediation, actor: User, words: str, audience: str) -> MediationNote:
    """Write a note, for the coordinations or for everybody. Raises Refused."""
    _hold(mediation)
    if refusal := rights.why_not_take(actor, mediation):
        raise Refused(refusal)
    if audience not in (Audience.DESK, Audience.BOTH):
        raise Refused("Dites qui lira cette note.")
    words = _said(words, "Écrivez la note avant de l’enregistrer.")
    written, made = MediationNote.objects.get_or_create(
        mediation=mediation,
        audience=audience,
        side="",
        author=actor,
        for_organisation=rights.body_of(actor, mediation),
        body=words,
    )
    if made and audience == Audience.BOTH:
        telling.said_to_both(mediation, written)
    return written


@transaction.atomic
def settle(mediation: Mediation, actor: User, outcome: str, sentence: str) -> Mediation:
    """Write the way out that both sides agreed on, and let the exchange follow it.

    Raises Refused with what is missing, Overtaken when it is settled already.
    """
    if refusal := rights.why_not_settle(actor, mediation):
        raise Refused(refusal)
    if outcome not in outcomes(mediation):
        raise Refused("Choisissez l’issue convenue.")
    sentence = _said(
        sentence, f"Écrivez ce qui est convenu{NBSP}: les deux côtés liront cette phrase."
    )
    exchange = Exchange.objects.for_page().get(pk=mediation.exchange_id)
    transitions.move(
        exchange,
        LEADS_TO[Outcome(outcome)],
        actor=actor,
        acting_for=exchange_rights.acting_for(actor, exchange),
        reason=sentence,
        reason_code="mediation",
    )
    done = Mediation.objects.open().filter(pk=mediation.pk, mediator=actor)
    if not done.update(settled_at=timezone.now(), outcome=outcome, sentence=sentence):
        raise Overtaken
    mediation.refresh_from_db()
    mediation.exchange = exchange
    telling.settled(mediation, actor)
    return mediation


def end_with_its_exchange(exchange: Exchange) -> None:
    """Settle the open mediation of an exchange that has ended by another road.

    Its mediator hears. The way out is what became of the exchange, its reason what is written.
    """
    for mediation in Mediation.objects.open().filter(exchange=exchange).for_page():
        outcome = next(key for key, state in LEADS_TO.items() if state == exchange.state)
        done = Mediation.objects.open().filter(pk=mediation.pk)
        if done.update(settled_at=timezone.now(), outcome=outcome, sentence=exchange.reason):
            mediation.refresh_from_db()
            telling.ended_without(mediation)


def outcomes(mediation: Mediation) -> list[str]:
    """Return the ways out that fit where the exchange was."""
    if mediation.from_state == S.COMPLETED:
        return list(AFTER_THE_END)
    return list(Outcome.values)


def remind_due(now: datetime | None = None) -> int:
    """Call to mind what waits for a mediator, or for its way out, once a week; returns how many.

    Idempotent: `tick` runs it.
    """
    now = now or timezone.now()
    alone = Q(mediator=None, asked_at__lt=now - TAKEN_WITHIN)
    slow = Q(mediator__isnull=False, taken_at__lt=now - SETTLED_WITHIN)
    again = Q(reminded_at=None) | Q(reminded_at__lt=now - REMIND_EVERY)
    reminded = 0
    for mediation in Mediation.objects.open().filter(alone | slow).filter(again).for_page():
        mine = Mediation.objects.open().filter(again, pk=mediation.pk)
        with transaction.atomic():
            if mine.update(reminded_at=now):
                telling.called_to_mind(mediation)
                reminded += 1
    return reminded


def _hold(mediation: Mediation) -> None:
    """Lock the row, so that nothing is said in what has just been settled. Raises Overtaken."""
    held = Mediation.objects.select_for_update().filter(pk=mediation.pk)
    if held.values_list("settled_at", flat=True).get() is not None:
        raise Overtaken("Cette médiation est réglée : son issue est sur la page de l’échange.")


def _said(words: str, missing: str) -> str:
    if not words.strip():
        raise Refused(missing)
    return words.strip()
