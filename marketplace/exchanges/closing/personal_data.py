"""What people said at the end of exchanges, among what is kept of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation, User
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
from marketplace.exchanges.closing.models import Review
from marketplace.exchanges.closing.rules import NAMES
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.exchanges.recording.presentation import period_of, quantity_words


def due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    said = Review.objects.filter(at__lt=before).exclude(exchange__state="completed")
    return held_by(said, organisation, "reviews", "exchange__giver", "exchange__receiver")


def erase(found: QuerySet[Any]) -> int:
    ids = list(found.order_by().values_list("pk", flat=True))
    return Review.objects.filter(pk__in=ids).delete()[0]


def reviews(user: Any) -> list[Row]:
    found = Review.objects.filter(by=user, not_now=False).select_related("exchange__listing")
    return [
        {
            "Échange": one.exchange.listing.title,
            "Le": moment(one.at),
            "Mes réponses": "\n".join(f"{prompt} {answer}" for prompt, answer in one.answers),
        }
        for one in found.order_by("at", "pk")
    ]


def facts(user: Any) -> list[Row]:
    """Return the time that the person gave, and what they said or confirmed of other things."""
    mine = Q(participant__user=user) | Q(record__said_by=user) | Q(record__confirmed_by=user)
    found = RecordedFact.objects.filter(mine).select_related("record__exchange__listing")
    return [
        {
            "Échange": one.record.exchange.listing.title,
            "Quantité": quantity_words(one),
            "Quand": period_of(one),
            "État": one.record.get_state_display(),
            "Écrit par moi": one.record.said_by_id == user.pk,
            "Confirmé par moi": one.record.confirmed_by_id == user.pk,
            "Mes mots": one.record.note if one.record.said_by_id == user.pk else "",
        }
        for one in found.order_by("pk")
    ]


def forget(user: User) -> None:
    """Take away what the person said; the facts stay, which the other side confirmed."""
    Review.objects.filter(by=user).delete()
    Record.objects.filter(said_by=user).exclude(note="").update(note="")
    own = Exchange.objects.filter(
        Q(asked_by=user)
        | Q(keeper=user)
        | Q(coordinator=user)
        | Q(pk__in=Participant.objects.filter(user=user).values("exchange"))
    )
    traces = Traces(user)
    concerned = own.order_by().values("pk")
    traces.clean(Review.objects.filter(exchange__in=concerned), *NAMES)
    traces.clean(Record.objects.filter(exchange__in=concerned), "note")


def register() -> None:
    register_retention(
        Retention(
            key="reviews",
            label="Mots de la fin des échanges",
            counted_from="le jour où ils sont écrits",
            default_months=24,
            least_months=6,
            most_months=36,
            due=due,
            erase=erase,
            why="Ils aident à mieux faire la fois suivante. Les heures et quantités restent.",
            held_by=EVERYBODY,
        )
    )
    register_export("Ce que j’ai fait et confirmé", facts)
    register_export("Mes mots de la fin", reviews)
    register_erasure(forget)
