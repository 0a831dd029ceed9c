"""A word from each side, or «pas maintenant»; then the dossier is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights, transitions
from marketplace.exchanges.closing.models import PROMPTS, TEAM_PROMPTS, Review
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.rights import organisation_of, side_for
from marketplace.exchanges.recording.rules import CLOSE_WITHIN
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed

S = ExchangeState
NAMES = tuple(name for name, _ in (*PROMPTS, *TEAM_PROMPTS))


def why_not_review(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not say a word of the end, or an empty text."""
    if exchange.state != S.COMPLETED:
        if exchange.state == S.CLOSED:
            return "Cet échange est clos."
        return "Un mot de la fin se dit une fois que tout est fait."
    if not side_for(user, exchange):
        return "Ce mot se dit entre les deux côtés de l’échange."
    return ""


@transaction.atomic
def review(exchange: Exchange, actor: User, words: Mapping[str, str]) -> Review:
    """Keep what one side says, in place of what it had said; the second side closes the exchange.

    Each prompt may stay empty, not all of them. Raises Refused.
    """
    said = {name: words.get(name, "").strip()[:1000] for name in NAMES}
    if not any(said.values()):
        raise Refused("Répondez à une question au moins, ou choisissez « Pas maintenant ».")
    return _answer(exchange, actor, not_now=False, **said)


@transaction.atomic
def not_now(exchange: Exchange, actor: User) -> Review:
    """Say that no word will come; what the side had written before stays. Raises Refused."""
    side = side_for(actor, exchange)
    mine = exchange.reviews.filter(side=side, not_now=False).first() if side else None
    return mine or _answer(exchange, actor, not_now=True)


def _answer(exchange: Exchange, actor: User, **fields: Any) -> Review:
    # The last of two answers closes, whoever it is.
    locked = transitions.hold(exchange)
    if refusal := why_not_review(actor, locked):
        raise Refused(refusal)
    side = side_for(actor, locked)
    organisation = organisation_of(side, locked)
    found, _ = Review.objects.update_or_create(
        exchange=locked,
        side=side,
        defaults={"by": actor, "for_organisation": organisation, "at": timezone.now(), **fields},
    )
    exchanges_changed.send(sender=Exchange, exchange_ids=[locked.pk])
    if locked.reviews.count() == len(Review._meta.get_field("side").choices or ()):
        transitions.move(locked, S.CLOSED, actor=actor, acting_for=organisation, expires_at=None)
    exchange.refresh_from_db(fields=["state", "state_since", "expires_at"])
    return found


def close_due(now: datetime | None = None) -> int:
    """Close what was completed long enough ago; returns how many. Idempotent: `tick` runs it."""
    now = now or timezone.now()
    # What mediation completed has no deadline of its own.
    over = Q(expires_at__lte=now) | Q(expires_at__isnull=True, state_since__lte=now - CLOSE_WITHIN)
    closed = 0
    for exchange in Exchange.objects.filter(over, state=S.COMPLETED):
        try:
            with transaction.atomic():
                transitions.move(exchange, S.CLOSED, actor=None, acting_for=None, expires_at=None)
        except Overtaken:
            continue
        closed += 1
    return closed


def readable_by(user: Any, exchange: Exchange) -> QuerySet[Review]:
    """Return the words that `user` may read: the coordination all of them, a side its own.

    The other side's once one has answered oneself, or once it is closed: neither colours the other.
    """
    found = exchange.reviews.filter(not_now=False).select_related("by", "for_organisation")
    side = rights.side_of(user, exchange)
    if side == rights.COORDINATION or (side and exchange.state == S.CLOSED):
        return found
    if not side:
        return found.none()
    answered = exchange.reviews.filter(side=side).exists()
    return found if answered else found.none()
