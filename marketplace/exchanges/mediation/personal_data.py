"""What people said in mediations, among what is kept of them; it goes with the conversation."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Row, register_erasure, register_export
from accounts.personal_data.traces import Traces
from marketplace.exchanges.mediation.models import Mediation, MediationNote


def said_by(user: Any) -> list[Row]:
    mine = MediationNote.objects.filter(author=user)
    return [
        {
            "Échange": one.mediation.exchange.listing.title,
            "Mes mots": one.body,
            "Lus par": one.get_audience_display(),
            "Le": moment(one.at),
        }
        for one in mine.select_related("mediation__exchange__listing").order_by("at", "pk")
    ]


def forget(user: Any) -> None:
    """Take the person out of what was written; what they follow is open to another again."""
    traces = Traces(user)
    traces.clean(MediationNote.objects.filter(author=user), "body", own=True)
    theirs = Mediation.objects.filter(asked_by=user) | Mediation.objects.filter(mediator=user)
    traces.clean(theirs, "sentence")
    traces.clean(MediationNote.objects.filter(mediation__in=theirs.values("pk")), "body")
    Mediation.objects.open().filter(mediator=user).update(
        mediator=None, mediator_for=None, taken_at=None
    )


def forget_words(exchange_ids: list[int], instead: str) -> None:
    """Erase the words of these exchanges' mediations, when their conversations are erased."""
    MediationNote.objects.filter(mediation__exchange__in=exchange_ids).delete()
    said = Mediation.objects.filter(exchange__in=exchange_ids).exclude(sentence="")
    said.update(sentence=instead)


def register() -> None:
    register_export("Mes mots dans les médiations", said_by)
    register_erasure(forget)
