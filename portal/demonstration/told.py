"""What the exchanges of the demonstration made people hear, as it was said and sent at the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Notice
from marketplace.catalogue import telling as listings
from marketplace.catalogue.lasting import ends_soon_q
from marketplace.catalogue.moderation import coordinators_of
from marketplace.choices import Access, ExchangeState
from marketplace.exchanges import telling as exchanges
from marketplace.exchanges.handover import telling as hand_overs
from marketplace.exchanges.insurance.rules import remind_due
from marketplace.exchanges.interrupting import telling as stopping
from marketplace.exchanges.interrupting.afterwards import tell_what_is_left
from marketplace.exchanges.mediation import rules as mediation_rules
from marketplace.exchanges.mediation import telling as mediations
from marketplace.exchanges.recording import silence
from marketplace.exchanges.recording import telling as records
from marketplace.models import (
    Exchange,
    HandOver,
    Incident,
    Interruption,
    Listing,
    Mediation,
    MediationNote,
    Message,
    Record,
    ThankYou,
)
from marketplace.recognition import telling as thanks

S = ExchangeState
# Of each kind, the latest: more would bury what is new.
OF_EACH = 4
READ_AFTER = timedelta(days=6)
Row = tuple[QuerySet[Any], str, Callable[[Any], object]]


def load_told() -> Iterator[str]:
    """Tell what was never told, once; yields the subjects.

    Whoever is told is who would have been, by the very rules of each capability.
    """
    if Notice.objects.filter(kind="thanked").exists():
        return
    remind_due()
    silence.ask_due()
    mediation_rules.remind_due()
    last = _last()
    for rows, moment, tell in (*_of_exchanges(), *_of_endings(), *_of_listings()):
        for row in rows.order_by(f"-{moment}", "pk")[:OF_EACH]:
            tell(row)
            yield from _as_sent(last, getattr(row, moment))
            last = _last()


def _last() -> int:
    return Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _as_sent(last: int, at: datetime) -> Iterator[str]:
    """Put what was just told where it would have been, sent, and read when it is old."""
    told = Notice.objects.filter(pk__gt=last)
    at = min(at, timezone.now())
    old = at < timezone.now() - READ_AFTER
    told.update(created_at=at, sent_at=at, read_at=at if old else None)
    yield from told.values_list("subject", flat=True)


def _in_state(state: str, **conditions: Any) -> QuerySet[Any]:
    return Exchange.objects.filter(state=state, **conditions).for_page()


def _of_exchanges() -> tuple[Row, ...]:
    since = "state_since"
    direct = {"resource__isnull": False, "listing__access": Access.DIRECT}
    return (
        (_in_state(S.PROPOSED), since, lambda one: exchanges.asked(one, _first_words(one))),
        (_in_state(S.AGREED), since, lambda one: exchanges.accepted(one, one.keeper)),
        (_in_state(S.DECLINED), since, lambda one: exchanges.declined(one, one.keeper)),
        (_in_state(S.CANCELLED), since, lambda one: exchanges.cancelled(one, one.keeper)),
        (_in_state(S.EXPIRED), since, exchanges.expired),
        (_in_state(S.CONFIRMED, **direct), since, exchanges.booked),
        (_in_state(S.WAITING, resource__isnull=False), "created_at", exchanges.queued),
        (
            Message.objects.filter(exchange__state__in=[S.UNDER_WAY, S.DISPUTED, S.CONFIRMED]),
            "at",
            lambda one: exchanges.written(one.exchange, one),
        ),
    )


def _first_words(exchange: Exchange) -> str:
    first = Message.objects.filter(exchange=exchange).order_by("at").first()
    return first.body if first else ""


def _of_endings() -> tuple[Row, ...]:
    stops = Interruption.objects.select_related("exchange")
    said = Record.objects.select_related("exchange")
    return (
        (
            stops.filter(exchange__state=S.UNDER_WAY),
            "announced_at",
            lambda one: stopping.announced(one.exchange, one, one.announced_by),
        ),
        (
            stops.filter(exchange__state=S.INTERRUPTED),
            "announced_at",
            lambda one: stopping.stopped(one.exchange, one, one.announced_by),
        ),
        (
            stops.filter(exchange__state=S.INTERRUPTED),
            "stops_at",
            lambda one: tell_what_is_left(None, exchange=one.exchange),
        ),
        (Mediation.objects.all(), "asked_at", lambda one: mediations.asked(one, one.asked_by)),
        (Mediation.objects.exclude(mediator=None), "taken_at", mediations.taken),
        (
            Mediation.objects.exclude(settled_at=None),
            "settled_at",
            lambda one: mediations.settled(one, one.mediator),
        ),
        (
            MediationNote.objects.filter(audience="both"),
            "at",
            lambda one: mediations.said_to_both(one.mediation, one),
        ),
        (
            said.filter(state=Record.State.SAID),
            "said_at",
            lambda one: records.said(one.exchange, one, correction=False),
        ),
        (
            said.filter(state=Record.State.CONFIRMED),
            "confirmed_at",
            lambda one: records.confirmed(one.exchange, one),
        ),
        (
            said.filter(state=Record.State.UNCONTESTED),
            "answer_by",
            lambda one: records.uncontested(one.exchange, one),
        ),
        (HandOver.objects.all(), "at", lambda one: hand_overs.recorded(one, one.recorded_by)),
        (
            HandOver.objects.filter(answer=HandOver.Answer.DIFFERS),
            "answered_at",
            lambda one: hand_overs.answered(one, one.answered_by),
        ),
        (
            Incident.objects.exclude(settled_at=None),
            "settled_at",
            lambda one: hand_overs.settled(one, one.settled_by),
        ),
        (ThankYou.objects.all(), "at", thanks.thanked),
        (ThankYou.objects.filter(state="to_moderate"), "state_since", thanks.to_moderate),
        (ThankYou.objects.filter(state="public"), "moderated_at", thanks.moderated),
    )


def _of_listings() -> tuple[Row, ...]:
    seen = Listing.objects.select_related("organisation", "author", "keeper")
    return (
        (
            seen.filter(state="submitted"),
            "updated_at",
            lambda one: listings.to_moderate(one, one.author),
        ),
        (
            seen.filter(scope="public", state="published"),
            "published_at",
            lambda one: listings.published(one, coordinators_of([one.organisation_id]).first()),
        ),
        (
            seen.filter(ends_soon_q(timezone.now())),
            "updated_at",
            lambda one: listings.ends_soon(one, one.expires_at),
        ),
    )
