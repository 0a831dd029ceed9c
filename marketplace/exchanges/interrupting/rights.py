"""Who may stop an exchange that is under way."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.interrupting.notice import gives_time
from marketplace.exchanges.models import Exchange

NOT_UNDER_WAY = "On n’arrête qu’un échange en cours."


def why_not_stop(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not stop it: both sides may, the coordination, and who gives time."""
    if exchange.state == ExchangeState.DISPUTED:
        return "Une médiation est en cours : son issue dira si l’échange s’arrête."
    if exchange.state != ExchangeState.UNDER_WAY:
        return NOT_UNDER_WAY
    if rights.side_of(user, exchange) or gives_time(user, exchange):
        return ""
    return rights.NOT_YOURS


def can_stop(user: Any, exchange: Exchange) -> bool:
    return not why_not_stop(user, exchange)


def why_not_take_back(user: Any, exchange: Exchange, announced: Interruption | None) -> str:
    """Return why `user` may not take an announced end back: who announced it may, until then."""
    if announced is None or exchange.state != ExchangeState.UNDER_WAY:
        return "Aucun arrêt n’est annoncé pour cet échange."
    if announced.stops_at <= timezone.now():
        return "Le dernier jour est passé : l’échange s’est arrêté."
    if announced.announced_by_id != getattr(user, "pk", None) or not can_stop(user, exchange):
        return "Seule la personne qui a annoncé l’arrêt peut revenir dessus."
    return ""


def acting_for(user: Any, exchange: Exchange) -> Organisation:
    """Return for which organisation `user` acts: who gives their time, for the one that gives."""
    if not rights.side_of(user, exchange) and gives_time(user, exchange):
        return exchange.giver
    return rights.acting_for(user, exchange)
