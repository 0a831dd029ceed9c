"""What whoever keeps things sees to today: what leaves, what comes back, what is late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from accounts.days import day_end
from marketplace.booking.models import Allocation
from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges.handover.models import HandOver
from marketplace.exchanges.handover.queries import due_at, late_q, lent_by_q
from marketplace.exchanges.models import Exchange
from marketplace.words import moment_words

MOST = 100


def leaving_q(now: datetime) -> Q:
    """Return the condition «a thing that is to be handed over today, and has not left»."""
    left = HandOver.objects.filter(exchange=OuterRef("pk"), moment=HandOver.Moment.LEAVING)
    return Q(
        ~Exists(left),
        Q(wanted_until__isnull=True) | Q(wanted_until__gt=now),
        state=ExchangeState.CONFIRMED,
        transfer__in=[Transfer.LOAN, Transfer.GIFT],
        wanted_from__lt=day_end(timezone.localdate(now)),
    )


def coming_back_q(now: datetime) -> Q:
    """Return the condition «a thing that is to be back by tonight, and is not»."""
    return late_q(day_end(timezone.localdate(now)))


def kept_by(user: Any) -> Any:
    """Return the exchanges whose thing `user` keeps, as its keeper or their deputy."""
    return Exchange.objects.of_person(user).filter(lent_by_q(user.pk))


def today_of(user: Any, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return what `user` has to hand over and to get back today, in groups; two queries.

    Empty for who keeps nothing, or has nothing to see to.
    """
    now = now or timezone.now()
    units = Allocation.objects.live(now).filter(unit__isnull=False).select_related("unit")
    found = (
        kept_by(user)
        .filter(leaving_q(now) | coming_back_q(now))
        .for_rows()
        .prefetch_related(Prefetch("allocations", units, to_attr="taken"))
        .order_by("wanted_from", "pk")
    )
    groups: dict[str, list[Exchange]] = {"leaving": [], "back": [], "late": []}
    for exchange in found[:MOST]:
        groups[_group(exchange, now)].append(exchange)
    groups["back"].sort(key=_due)
    groups["late"].sort(key=_due)
    titles = {
        "late": "En retard",
        "leaving": "Ce qui part aujourd’hui",
        "back": "Ce qui revient aujourd’hui",
    }
    return [
        {
            "slug": slug,
            # As among what waits (todos.py).
            "icon": "calendar-check" if slug == "leaving" else "rotate",
            "title": title,
            "rows": [_row(one, slug) for one in groups[slug]],
        }
        for slug, title in titles.items()
        if groups[slug]
    ]


def _group(exchange: Exchange, now: datetime) -> str:
    if exchange.state == ExchangeState.CONFIRMED:
        return "leaving"
    return "late" if _due(exchange) < now else "back"


def _due(exchange: Exchange) -> datetime:
    return due_at(exchange) or exchange.state_since


def _row(exchange: Exchange, slug: str) -> dict[str, str]:
    labels = ", ".join(one.unit.label for one in exchange.taken)  # type: ignore[attr-defined]
    due = _due(exchange)
    when = (exchange.wanted_from or due) if slug == "leaving" else due
    return {
        "title": exchange.listing.display_title,
        "detail": " · ".join(
            filter(None, [labels, exchange.receiver.short_name, moment_words(when)])
        ),
        "url": f"{exchange.get_absolute_url()}remise/",
        "action": "Noter le départ" if slug == "leaving" else "Noter le retour",
    }
