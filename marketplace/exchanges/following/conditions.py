"""What the coordination follows: one definition for the desk, its counts and its e-mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges.handover.queries import stuck_q as out_too_long_q
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.silence import stuck_q as silent_too_long_q

S = ExchangeState
# A week of silence is felt; the deadline itself comes after three.
UNANSWERED_AFTER = timedelta(days=5)
DEADLINE_NEAR = timedelta(days=3)
STUCK_AFTER = timedelta(days=14)
NOT_TAKEN_AFTER = timedelta(days=3)
NEW_FOR = timedelta(days=7)
UNMET_AFTER = timedelta(days=7)
# An answer that stopped before anything was given: the need waits again.
CAME_TO_NOTHING = (S.DECLINED, S.CANCELLED, S.EXPIRED)


def unanswered_q(now: datetime) -> Q:
    """Return the condition «waits for a yes or a no, for days or with its deadline near»."""
    late = Q(state_since__lt=now - UNANSWERED_AFTER) | Q(expires_at__lt=now + DEADLINE_NEAR)
    still_open = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return Q(state__in=[S.INTRODUCTION, S.PROPOSED]) & late & still_open


def unmet_q() -> Q:
    """Return the condition, on listings, «a need that no answer has met nor may still meet»."""
    answers = Exchange.objects.filter(listing=OuterRef("pk")).order_by()
    return Q(~Exists(answers.exclude(state__in=CAME_TO_NOTHING)), direction="need")


def is_late(exchange: Exchange, now: datetime) -> bool:
    """Return whether it is its silence that `unanswered_q` found, of what waits for an answer."""
    near = exchange.expires_at is not None and exchange.expires_at < now + DEADLINE_NEAR
    return near or exchange.state_since < now - UNANSWERED_AFTER


def stuck_q(now: datetime) -> Q:
    """Return the condition «no next step, its date gone by, not given back, or nothing said»."""
    undated = Q(
        state__in=[S.AGREED, S.CONFIRMED],
        wanted_from__isnull=True,
        state_since__lt=now - STUCK_AFTER,
    )
    gone_by = Q(state__in=[S.WAITING, S.AGREED], wanted_from__lt=now)
    never_taken = Q(
        state=S.CONFIRMED,
        transfer__in=[Transfer.LOAN, Transfer.GIFT],
        wanted_from__lt=now - NOT_TAKEN_AFTER,
    )
    return undated | gone_by | never_taken | out_too_long_q(now) | silent_too_long_q(now)
