"""What is late: a word a day to who has it, then one to who lends it; one to who comes next.

`tick` runs it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.days import day_end
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation
from marketplace.exchanges.handover import telling
from marketplace.exchanges.handover.models import LateReminder
from marketplace.exchanges.handover.queries import due_at, late_q, next_without_it
from marketplace.exchanges.models import Exchange

# Nobody is reminded for being ten minutes late.
GRACE = timedelta(hours=2)
KEEPER_AFTER = timedelta(days=1)
# Whoever comes next is warned while there is time to find something else; sooner would be noise.
NEXT_WITHIN = timedelta(days=3)
# Then it is on the coordination's desk (`queries.stuck_q`), and one word a day would be noise.
NO_LONGER_AFTER = timedelta(days=10)


def remind_late(now: datetime | None = None) -> int:
    """Remind who has a thing too long, once a day at most; returns how many. Idempotent."""
    now = now or timezone.now()
    late = (
        Exchange.objects.filter(late_q(now - GRACE))
        .exclude(late_q(now - NO_LONGER_AFTER))
        .for_page()
        .order_by("pk")
    )
    return sum(_remind(exchange, now) for exchange in late)


def warn_next(now: datetime | None = None) -> int:
    """Warn whoever booked next what is late that it may not be back, once; returns how many.

    Idempotent; after `remind_late`: nobody is warned before who has it was reminded.
    """
    now = now or timezone.now()
    late = Exchange.objects.filter(late_q(now - GRACE), late_reminder__isnull=False).for_page()
    return sum(_warn_next(exchange, now) for exchange in late.order_by("pk"))


def keep_taken(now: datetime | None = None) -> int:
    """Keep out of the calendar, a day more, what should be back and is not; returns how many.

    Never over somebody else's booking. Idempotent within a day: `tick` runs it.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    out = Exchange.objects.filter(late_q(now - GRACE)).order_by().values("pk")
    rows = Allocation.objects.filter(
        exchange__in=out, state=Allocation.State.FIRM, returns_at__lte=day_end(today)
    )
    until = day_end(today + timedelta(days=1))
    return sum(
        booking.keep_longer(row, until) for row in rows.select_related("resource").order_by("pk")
    )


@transaction.atomic
def _warn_next(exchange: Exchange, now: datetime) -> bool:
    row = next_without_it(exchange, now, now + NEXT_WITHIN)
    if row is None or row.exchange_id is None:
        return False
    # As a condition of the update: of two clocks, one warns.
    news = LateReminder.objects.filter(exchange=exchange).exclude(next_warned=row.exchange_id)
    if not news.update(next_warned=row.exchange_id):
        return False
    telling.may_not_be_back(Exchange.objects.for_page().get(pk=row.exchange_id), row.unit)
    return True


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
    due = due_at(exchange)
    over = due is not None and due < now - KEEPER_AFTER
    if over and not reminder.keeper_told_at:
        LateReminder.objects.filter(pk=exchange.pk).update(keeper_told_at=now)
        telling.still_out(exchange)
    return True
