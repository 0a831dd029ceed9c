"""Who may ask for a mediation, speak in it, take it and settle it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation, User
from marketplace.choices import ExchangeState
from marketplace.exchanges import own_time, rights
from marketplace.exchanges.interrupting.notice import gives_time
from marketplace.exchanges.mediation.models import Mediation
from marketplace.exchanges.models import Exchange, Participant
from marketplace.words import NBSP

S = ExchangeState
MAY_BE_ASKED = (S.UNDER_WAY, S.COMPLETED)
NOBODY = (
    "Personne de la coordination ne peut vous écouter sans être de cet échange "
    f"pour l’instant{NBSP}: convenez-en dans la conversation, ou arrêtez l’échange."
)


def side_of(user: Any, exchange: Exchange) -> str:
    """Return on which side `user` speaks: who gives time speaks for the side that gives."""
    side = rights.side_of(user, exchange)
    if side in (rights.ASKING, rights.ANSWERING):
        return side
    if gives_time(user, exchange):
        return rights.ANSWERING if exchange.listing.is_offer else rights.ASKING
    return ""


def organisation_of(side: str, exchange: Exchange) -> Organisation:
    return exchange.asked_for if side == rights.ASKING else exchange.listing.organisation


def mediators_of(exchange: Exchange) -> QuerySet[User]:
    """Return who may listen to both: the coordination of either side, but who is in it."""
    parties = [exchange.asked_by_id, exchange.keeper_id, exchange.listing.deputy_id]
    given = Participant.objects.filter(exchange=exchange).order_by().values("user")
    return (
        own_time.followers_of(exchange)
        .exclude(pk__in=[pk for pk in parties if pk])
        .exclude(pk__in=given)
    )


def why_not_ask(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not ask for a mediation, or an empty text."""
    if exchange.state not in MAY_BE_ASKED:
        return "Une médiation se demande pendant l’échange, ou juste après."
    return "" if side_of(user, exchange) else rights.NOT_YOURS


def why_not_take(user: Any, mediation: Mediation) -> str:
    if mediation.settled_at:
        return "Cette médiation est déjà réglée."
    if not mediators_of(mediation.exchange).filter(pk=user.pk).exists():
        return "La médiation revient à la coordination d’un des deux organismes."
    return ""


def may_take(user: Any, mediation: Mediation) -> bool:
    """Return whether it waits for `user`: nobody follows it, or nobody who still can."""
    if mediation.settled_at:
        return False
    able = set(mediators_of(mediation.exchange).values_list("pk", flat=True))
    return getattr(user, "pk", None) in able and mediation.mediator_id not in able


def body_of(user: Any, mediation: Mediation) -> Organisation:
    """Return for which coordination `user` acts in a mediation."""
    exchange = mediation.exchange
    return own_time.coordination_of(user, exchange) or exchange.receiver


def why_not_settle(user: Any, mediation: Mediation) -> str:
    """Return why `user` may not settle it: whoever took it does, and nobody else."""
    if refusal := why_not_take(user, mediation):
        return refusal
    if mediation.mediator_id is None:
        return "Prenez d’abord cette médiation."
    if mediation.mediator_id != user.pk:
        return "La personne qui suit cette médiation en écrit l’issue."
    return ""
