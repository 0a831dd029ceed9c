"""What is late: a word a day to who has it, then one to who lends it. `tick` runs it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.exchanges.handover import telling
from marketplace.exchanges.handover.models import LateReminder
from marketplace.exchanges.handover.queries import late_q
from marketplace.exchanges.models import Exchange

# Nobody is reminded for being ten minutes late.
GRACE = timedelta(hours=2)
KEEPER_AFTER = timedelta(days=1)
# Then it is on the coordination's desk (`queries.stuck_q`), and one word a day would be noise.
NO_LONGER_AFTER = timedelta(days=10)


def remind_late(now: datetime | None = None) -> int:
    """Remind who has a thing too long, once a day at most; returns how many. Idempotent."""
    now = now or timezone.now()
    late = (
        Exchange.objects.filter(late_q(now - GRACE), wanted_until__gt=now - NO_LONGER_AFTER)
        .for_page()
        .order_by("pk")
    )
    return sum(_remind(exchange, now) for exchange in late)


@transaction.atomic
def _remind(exchange: Exchange, now: datetime) -> bool:
    today = timezone.localdate(now)
    reminder, first = LateReminder.objects.get_or_create(
        exchange=exchange, defaults={"last_on": today}
    )
    others = LateReminder.objects.filter(pk=exchange.pk, last_on__lt=today)
    if not first and not others.update(last_on=today):
        return False
    telling.due_back(exchange)
    over = exchange.wanted_until is not None and exchange.wanted_until < now - KEEPER_AFTER
    if over and not reminder.keeper_told_at:
        LateReminder.objects.filter(pk=exchange.pk).update(keeper_told_at=now)
        telling.still_out(exchange)
    return True
