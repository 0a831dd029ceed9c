"""What people said when they stopped an exchange, among what is kept of them."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Row, register_erasure, register_export
from accounts.personal_data.traces import Traces
from marketplace.exchanges.interrupting.models import Interruption


def said_by(user: Any) -> list[Row]:
    mine = Interruption.objects.filter(announced_by=user).select_related("exchange__listing")
    return [
        {
            "Échange": one.exchange.listing.title,
            "Raison": one.get_code_display(),
            "Mes mots": one.words,
            "Annoncé le": moment(one.announced_at),
            "S’arrête le": moment(one.stops_at),
            "Repris le": moment(one.taken_back_at) if one.taken_back_at else "",
        }
        for one in mine.order_by("announced_at", "pk")
    ]


def forget(user: Any) -> None:
    """Take the person out of the words with which they stopped an exchange."""
    Traces(user).clean(Interruption.objects.filter(announced_by=user), "words", own=True)


def register() -> None:
    register_export("Les échanges que j’ai arrêtés", said_by)
    register_erasure(forget)
