"""What hand-overs keep of people: the words of whoever noted them, and pictures for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from accounts.personal_data.durations import held_by
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import (
    EVERYBODY,
    Retention,
    Row,
    register_erasure,
    register_export,
    register_retention,
)
from accounts.personal_data.traces import Traces
from marketplace.choices import ExchangeState
from marketplace.exchanges.handover.models import HandOver, HandOverPhoto, Incident
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.transitions import ENDED

OVER = [*ENDED, ExchangeState.COMPLETED]


def due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the pictures of exchanges that are over, but those of what is still to settle."""
    over = Q(hand_over__exchange__state__in=OVER, hand_over__exchange__state_since__lt=before) & ~Q(
        hand_over__incident__isnull=False, hand_over__incident__outcome=""
    )
    found = HandOverPhoto.objects.filter(over)
    return held_by(
        found,
        organisation,
        "hand_over_photos",
        "hand_over__exchange__giver",
        "hand_over__exchange__receiver",
    )


def erase(found: QuerySet[Any]) -> int:
    ids = list(found.order_by().values_list("pk", flat=True))
    return HandOverPhoto.objects.filter(pk__in=ids).delete()[0]


def drivers_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the hand-overs, of exchanges that are over, that still name who drove."""
    found = HandOver.objects.exclude(drivers="").filter(
        exchange__state__in=OVER, exchange__state_since__lt=before
    )
    return held_by(
        found, organisation, "hand_over_drivers", "exchange__giver", "exchange__receiver"
    )


def forget_drivers(found: QuerySet[Any]) -> int:
    ids = list(found.order_by().values_list("pk", flat=True))
    return HandOver.objects.filter(pk__in=ids).update(drivers="")


def noted_by(user: Any) -> list[Row]:
    mine = HandOver.objects.filter(Q(recorded_by=user) | Q(answered_by=user))
    return [
        {
            "Échange": one.exchange.listing.title,
            "Moment": one.get_moment_display(),
            "Le": moment(one.at),
            "État": one.get_condition_display(),
            "Mes mots": one.words if one.recorded_by_id == user.pk else one.answer_words,
            "Permis attesté le": moment(one.licence_attested_at),
            "Conduisent aussi": ", ".join(one.drivers.splitlines()),
        }
        for one in mine.select_related("exchange__listing").order_by("at", "pk")
    ]


def forget(user: Any) -> None:
    """Take the person out of what was written of the state of things."""
    traces = Traces(user)
    traces.clean(HandOver.objects.filter(recorded_by=user), "words", own=True)
    traces.clean(HandOver.objects.filter(answered_by=user), "answer_words", own=True)
    traces.clean(Incident.objects.filter(opened_by=user), "words", own=True)
    traces.clean(Incident.objects.filter(settled_by=user), "settled_words", own=True)
    concerned = Exchange.objects.filter(
        Q(asked_by=user) | Q(keeper=user) | Q(hand_overs__recorded_by=user)
    )
    own = concerned.order_by().values("pk")
    traces.clean(HandOver.objects.filter(exchange__in=own), "words", "answer_words", "drivers")
    # Named by a colleague: what their organisations lent or took.
    of_theirs = Exchange.objects.filter(
        Q(giver__memberships__user=user) | Q(receiver__memberships__user=user)
    )
    near = HandOver.objects.exclude(drivers="").filter(
        exchange__in=of_theirs.order_by().values("pk")
    )
    traces.clean(near, "drivers")
    traces.clean(Incident.objects.filter(exchange__in=own), "words", "settled_words")


def register() -> None:
    register_retention(
        Retention(
            key="hand_over_photos",
            label="Photos des états des lieux",
            counted_from="la fin de l’échange",
            default_months=12,
            least_months=3,
            most_months=60,
            due=due,
            erase=erase,
            why="Le temps de régler un dégât. Ce qui fut noté reste dans le dossier.",
            held_by=EVERYBODY,
        )
    )
    register_retention(
        Retention(
            key="hand_over_drivers",
            label="Noms des personnes qui conduisent un véhicule prêté",
            counted_from="la fin de l’échange",
            default_months=12,
            least_months=3,
            most_months=60,
            due=drivers_due,
            erase=forget_drivers,
            why="Le temps de régler un dégât ou une contravention.",
            held_by=EVERYBODY,
        )
    )
    register_export("Mes remises et retours", noted_by)
    # Before those of the room that hand the dossier over to somebody else.
    register_erasure(forget)
