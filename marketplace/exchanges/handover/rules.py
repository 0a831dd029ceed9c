"""Noting that a thing left and came back, and that the other side agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.words import clean
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation, Unit
from marketplace.catalogue import photos
from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges import rights as exchange_rights
from marketplace.exchanges import transitions, waiting
from marketplace.exchanges.handover import checklists, incidents, rights, telling
from marketplace.exchanges.handover.models import HandOver, HandOverPhoto
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.rules import complete_when_back
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed
from marketplace.words import NBSP, figures

S = ExchangeState
MAX_PHOTOS = 6
TOO_MANY = f"Six photos suffisent{NBSP}: choisissez les plus parlantes."
NO_WORDS = f"Dites en quelques mots ce qui est abîmé ou ce qui manque{NBSP}: l’autre côté le lira."
LICENCE = (
    "Cochez que votre permis est valide pour ce véhicule. Nous n’en gardons aucune copie. "
    "Si ce n’est pas le cas, une autre personne doit le conduire."
)
MOST_DRIVERS, LONGEST_NAME = 8, 80


@dataclass(frozen=True)
class State:
    """How things are: what was looked at, in which condition, with how many kilometres."""

    condition: str = HandOver.Condition.GOOD
    words: str = ""
    ticked: frozenset[str] = frozenset()
    kilometres: int | None = None
    fuel: str = ""
    licence: bool = False
    drivers: str = ""
    unit: Unit | None = None
    photos: Sequence[Any] = field(default=())


def record(exchange: Exchange, actor: User, moment: str, state: State) -> HandOver:
    """Note the departure or the return, and tell the other side; returns what was noted.

    A departure puts the exchange under way; a return frees what is left of the calendar; damage
    opens an incident. Raises Refused, or Overtaken when somebody has just noted it.
    """
    # Pictures are encoded before the locks: it takes a while.
    pictures = _pictures(state)
    written: list[Any] = []
    try:
        with transaction.atomic():
            return _record(exchange, actor, moment, state, pictures, written)
    except IntegrityError:
        _forget(written)
        raise Overtaken(rights.ALREADY) from None
    except Exception:
        _forget(written)
        raise


def _record(
    exchange: Exchange,
    actor: User,
    moment: str,
    state: State,
    pictures: list[Any],
    written: list[Any],
) -> HandOver:
    held = transitions.hold(exchange)
    if refusal := rights.why_not_record(actor, held, moment):
        raise Overtaken(refusal) if refusal == rights.ALREADY else Refused(refusal)
    _check(held, actor, moment, state)
    role = rights.role_of(actor, held)
    acting_for = exchange_rights.acting_for(actor, held)
    now = timezone.now()
    takes = moment == HandOver.Moment.LEAVING and role == rights.TAKER
    hand_over = HandOver.objects.create(
        exchange=held,
        moment=moment,
        at=now,
        recorded_by=actor,
        recorded_for=acting_for,
        condition=state.condition,
        words=state.words.strip(),
        checklist=[
            {"line": line, "ok": line in state.ticked}
            for line in checklists.lines(held.listing, moment)
        ],
        kilometres=state.kilometres,
        fuel=state.fuel,
        licence_attested_at=now if takes and state.licence else None,
        drivers=drivers_of(held, state.drivers) if takes else "",
        waits_for_answer=_waits(held, moment, role),
    )
    for picture in pictures:
        photo = HandOverPhoto(hand_over=hand_over)
        photo.file.save("photo.jpg", picture, save=False)
        written.append(photo.file)
        photo.save()
    if moment == HandOver.Moment.LEAVING and held.state == S.CONFIRMED:
        transitions.move(held, S.UNDER_WAY, actor=actor, acting_for=acting_for)
        exchange.refresh_from_db(fields=["state", "state_since"])
    elif moment == HandOver.Moment.RETURN:
        _free(held, now)
    if state.condition == HandOver.Condition.DAMAGED:
        incidents.open_for(hand_over, actor, state.unit)
    exchanges_changed.send(sender=Exchange, exchange_ids=[held.pk])
    telling.recorded(hand_over, actor)
    if moment == HandOver.Moment.RETURN and complete_when_back(held, actor, acting_for):
        exchange.refresh_from_db(fields=["state", "state_since", "expires_at"])
    return hand_over


@transaction.atomic
def answer(
    hand_over: HandOver,
    actor: User,
    words: str = "",
    *,
    licence: bool = False,
    drivers: str = "",
) -> HandOver:
    """Agree with what was noted, or say in `words` what differs; twice is once.

    Who takes a vehicle that asks for it says here that their licence is valid, and that of the
    `drivers` named beside them. Raises Refused, or Overtaken when somebody has just answered.
    """
    if refusal := rights.why_not_answer(actor, hand_over):
        raise Refused(refusal)
    # Whoever confirms the facts at the same moment goes before or after: the second completes.
    held = transitions.hold(hand_over.exchange)
    now = timezone.now()
    attested_at, named = hand_over.licence_attested_at, hand_over.drivers
    if rights.attests(actor, hand_over):
        if not licence:
            raise Refused(LICENCE)
        attested_at, named = now, drivers_of(held, drivers)
    words = words.strip()
    said = HandOver.Answer.DIFFERS if words else HandOver.Answer.AGREES
    updated = HandOver.objects.filter(pk=hand_over.pk, answer="").update(
        answer=said,
        answer_words=words,
        answered_by=actor,
        answered_at=now,
        licence_attested_at=attested_at,
        drivers=named,
    )
    if not updated:
        raise Overtaken
    hand_over.refresh_from_db()
    exchanges_changed.send(sender=Exchange, exchange_ids=[hand_over.exchange_id])
    telling.answered(hand_over, actor)
    if hand_over.moment == HandOver.Moment.RETURN:
        complete_when_back(held, actor, exchange_rights.acting_for(actor, held))
    return hand_over


def drivers_of(exchange: Exchange, typed: str) -> str:
    """Return the names of who drives too, one a line; empty where no licence is asked for.

    Raises Refused when they are too many, or no names.
    """
    if not checklists.wants_licence(exchange):
        return ""
    names = list(dict.fromkeys(filter(None, (clean(line) for line in typed.splitlines()))))
    if len(names) > MOST_DRIVERS or any(len(name) > LONGEST_NAME for name in names):
        raise Refused(
            f"Nommez {MOST_DRIVERS} personnes au plus, une par ligne, sans autre précision."
        )
    return "\n".join(names)


def start_due(now: datetime | None = None) -> int:
    """Put under way what begins by itself: time given, places used. `tick` runs it; idempotent."""
    now = now or timezone.now()
    begun = (
        Exchange.objects.filter(state=S.CONFIRMED, wanted_from__lte=now)
        .filter(transfer__in=[Transfer.TIME, Transfer.HOSTING])
        .order_by("pk")
    )
    started = 0
    for exchange in begun:
        try:
            transitions.move(exchange, S.UNDER_WAY, actor=None, acting_for=None)
        except Overtaken:
            continue
        started += 1
    return started


@transaction.atomic
def start(exchange: Exchange, actor: User) -> Exchange:
    """Say that time or a stay has begun, where no date said when. Raises Refused or Overtaken."""
    if refusal := why_not_start(actor, exchange):
        raise Refused(refusal)
    return transitions.move(
        exchange,
        S.UNDER_WAY,
        actor=actor,
        acting_for=exchange_rights.acting_for(actor, exchange),
    )


def why_not_start(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not say that it has begun, or an empty text."""
    by_itself = exchange.transfer in (Transfer.TIME, Transfer.HOSTING)
    if not by_itself or exchange.state != S.CONFIRMED:
        return f"Cet échange a déjà commencé, ou commence autrement{NBSP}: voici où il en est."
    if exchange_rights.side_of(user, exchange) not in (
        exchange_rights.ASKING,
        exchange_rights.ANSWERING,
    ):
        return exchange_rights.NOT_YOURS
    if exchange.wanted_from and exchange.wanted_from > timezone.now():
        return "Cela commencera de soi-même le moment venu."
    return ""


def _waits(exchange: Exchange, moment: str, role: str) -> bool:
    """A place is left as simply as it was taken, and a key box hands over alone.

    Else the other side agrees with what left, and whoever lends with what came back.
    """
    if rights.is_light(exchange):
        return False
    if moment == HandOver.Moment.RETURN:
        return role == rights.TAKER
    return not exchange.listing.is_booked_directly


def _check(exchange: Exchange, actor: User, moment: str, state: State) -> None:
    if state.condition not in HandOver.Condition.values:
        raise Refused("Dites dans quel état c’est.")
    if state.condition == HandOver.Condition.DAMAGED and not state.words.strip():
        raise Refused(NO_WORDS)
    if moment == HandOver.Moment.LEAVING:
        takes = rights.role_of(actor, exchange) == rights.TAKER
        if takes and checklists.wants_licence(exchange) and not state.licence:
            raise Refused(LICENCE)
        return
    left = exchange.hand_overs.filter(moment=HandOver.Moment.LEAVING).first()
    before = left.kilometres if left else None
    if before is not None and state.kilometres is not None and state.kilometres < before:
        raise Refused(
            f"Au départ, le compteur disait {figures(before)}{NBSP}km{NBSP}: "
            "relisez-le, il ne recule pas."
        )


def _pictures(state: State) -> list[Any]:
    if len(state.photos) > MAX_PHOTOS:
        raise Refused(TOO_MANY)
    return [photos.clean(upload) for upload in state.photos]


def _forget(written: list[Any]) -> None:
    for file in written:
        file.storage.delete(file.name)


def _free(exchange: Exchange, now: datetime) -> None:
    """Free the rest of the dates, when it came back before its time, and offer it to who waits."""
    if exchange.resource is None:
        return
    rows = Allocation.objects.filter(exchange=exchange, state=Allocation.State.FIRM)
    early = [row for row in rows.select_related("resource") if row.returns_at > now]
    for row in early:
        booking.back_early(row, now)
    if early:
        waiting.offer_next(exchange.resource, now)
