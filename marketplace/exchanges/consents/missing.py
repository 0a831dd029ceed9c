"""Agreements on working time that were given before consents were asked: `tick` asks them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import Organisation, User
from marketplace.choices import ExchangeState, Transfer, WhoseTime
from marketplace.exchanges.consents.asking import ask_for
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.models import Exchange


def ask_due(now: datetime | None = None) -> int:
    """Ask what agreed exchanges need and nobody was asked; returns how many exchanges. Idempotent.

    Whoever agreed has said yes for themselves.
    """
    asked = Consent.objects.filter(exchange=OuterRef("pk"))
    agreed = (
        Exchange.objects.filter(~Q(Exists(asked)), state=ExchangeState.AGREED)
        .filter(transfer=Transfer.TIME)
        .exclude(whose_time=WhoseTime.OWN)
        .exclude(giver__kind=Organisation.Kind.ASSOCIATION)
        .for_page()
        .order_by("pk")
    )
    return sum(bool(ask_for(exchange, _who_agreed(exchange))) for exchange in agreed)


def _who_agreed(exchange: Exchange) -> User | None:
    event = exchange.events.filter(to_state=ExchangeState.AGREED, actor__isnull=False).last()
    return event.actor if event else None
