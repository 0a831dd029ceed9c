"""One of several who come no more: the exchange goes on with the others."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from marketplace.choices import ExchangeState
from marketplace.exchanges import audience, rights
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.telling import tell_of
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed
from marketplace.words import NBSP

State = Participant.State
MAY_LEAVE = (*rights.ANSWERABLE, *rights.AGREED, ExchangeState.UNDER_WAY)
ALONE = (
    f"Vous étiez la seule personne à venir{NBSP}: annulez l’échange, ou arrêtez-le s’il a commencé."
)


def why_not_leave(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not say that they come no more; alone, they end the exchange."""
    if exchange.state not in MAY_LEAVE:
        return "Cet échange ne vous attend plus."
    coming = exchange.participants.exclude(state=State.LEFT).order_by()
    people = list(coming.values_list("user_id", flat=True))
    if getattr(user, "pk", None) not in people:
        return "Vous n’êtes pas parmi les personnes attendues."
    return "" if len(people) > 1 else ALONE


@transaction.atomic
def leave(exchange: Exchange, actor: User, words: str = "") -> Participant:
    """Take `actor` out of those who come; the others are told. Raises Refused or Overtaken."""
    # The lock puts two who leave one after the other: the last one ends the exchange.
    exchange = Exchange.objects.for_page().select_for_update(of=("self",)).get(pk=exchange.pk)
    if refusal := why_not_leave(actor, exchange):
        raise Refused(refusal)
    mine = exchange.participants.exclude(state=State.LEFT).filter(user=actor)
    if not mine.update(state=State.LEFT, since=timezone.now()):
        raise Overtaken
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    said = f"\n\n{words.strip()}" if words.strip() else ""
    for person in audience.everyone(exchange, but=actor):
        who = shown(actor, exchange.giver, exchange, person).title
        tell_of(
            exchange,
            person,
            "exchange_one_less",
            f"Une personne de moins{NBSP}: {exchange.listing.display_title}",
            f"{who} ne peut plus venir. L’échange continue avec les autres.{said}",
            "Voir l’échange",
        )
    return exchange.participants.get(user=actor)
