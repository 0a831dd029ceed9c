"""Exchanges whose end has passed and of which nobody says anything: asked once, then followed.

Without an end date, an exchange is taken to have ended once nobody has written nor done anything
for `QUIET_FOR`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from marketplace.choices import Access, ExchangeState
from marketplace.exchanges.handover.models import HandOver
from marketplace.exchanges.handover.queries import late_q
from marketplace.exchanges.models import Exchange, ExchangeEvent, Message
from marketplace.exchanges.recording import telling
from marketplace.exchanges.recording.models import Record

# People come home, and have other things to do first.
ASK_AFTER = timedelta(days=3)
# A month, for what is done each month is still going on.
QUIET_FOR = timedelta(days=31)
# Then the coordination takes news.
STUCK_AFTER = timedelta(days=10)


def silent_q(before: datetime) -> Q:
    """Return the condition «under way, its end gone by before then, and nothing said».

    See `QUIET_FOR` for what has no end date.

    What is booked directly ends by itself.
    """
    said = Record.objects.filter(exchange=OuterRef("pk")).exclude(state=Record.State.CORRECTED)
    by_itself = Q(resource__isnull=False, listing__access=Access.DIRECT)
    over = Q(wanted_until__lt=before) | _quiet_since(before - QUIET_FOR)
    return Q(over, state=ExchangeState.UNDER_WAY) & ~by_itself & ~Q(Exists(said))


def _quiet_since(moment: datetime) -> Q:
    """Return the condition «without an end date, and nothing written nor done since then»."""
    acts = (Message, HandOver, ExchangeEvent)
    since = [Exists(one.objects.filter(exchange=OuterRef("pk"), at__gte=moment)) for one in acts]
    begun = Q(wanted_from__isnull=True) | Q(wanted_from__lt=moment)
    return Q(begun, *(~one for one in since), wanted_until__isnull=True, state_since__lt=moment)


def stuck_q(now: datetime) -> Q:
    """Return the condition «silent for so long that the coordination takes news»."""
    return silent_q(now - STUCK_AFTER)


def ask_due(now: datetime | None = None) -> int:
    """Ask both sides, once for each exchange, what was done; returns how many exchanges.

    What is lent and not back is called to mind otherwise, every day. `tick` runs it; idempotent.
    """
    now = now or timezone.now()
    silent = Exchange.objects.filter(silent_q(now - ASK_AFTER), end_asked_at=None)
    return sum(
        _ask(exchange, now) for exchange in silent.exclude(late_q(now)).for_page().order_by("pk")
    )


@transaction.atomic
def _ask(exchange: Exchange, now: datetime) -> bool:
    mine = Exchange.objects.filter(pk=exchange.pk, end_asked_at=None, state=exchange.state)
    if not mine.update(end_asked_at=now):
        return False
    telling.asked_after_the_end(exchange)
    return True
