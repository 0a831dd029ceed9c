"""What is promised already of a thing without a calendar: a chair or a room is lent once at a time.

Nothing else counts it: where there is a calendar, that does. Whoever agrees holds the lock of the
listing (`rules.accept`), so that two yes come one after the other.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState, Nature, Transfer
from marketplace.exchanges.models import Exchange
from marketplace.words import counted

S = ExchangeState
LENT = (S.AGREED, S.CONFIRMED, S.UNDER_WAY, S.DISPUTED)
# What is given does not come back.
GIVEN = (*LENT, S.COMPLETED, S.CLOSED)
OTHERWISE = "S’il y en a davantage, le nombre se change dans l’annonce. Sinon, déclinez."


def why_not_promise(exchange: Exchange) -> str:
    """Return why this thing cannot be promised once more, or an empty text."""
    listing = exchange.terms_from
    if exchange.resource_id is not None or not listing.is_offer or not _is_counted(exchange):
        return ""
    thing = listing.pk
    # As it is now: the exchange may have been read before the lock.
    there = Listing.objects.values_list("quantity", flat=True).get(pk=thing)
    others = Exchange.objects.filter(Q(listing=thing) | Q(offer=thing), resource=None)
    others = others.exclude(pk=exchange.pk).order_by()
    if exchange.transfer == Transfer.GIFT:
        given = others.filter(state__in=GIVEN).values_list("quantity", flat=True)
        left = there - sum(given)
    else:
        left = there - _lent_together(others.filter(state__in=LENT), exchange)
    if exchange.quantity <= left:
        return ""
    when = "" if exchange.transfer == Transfer.GIFT else " à ces dates"
    if left < 1:
        return f"C’est déjà promis à quelqu’un d’autre{when}. {OTHERWISE}"
    return f"Il n’en reste que {counted(left, 'exemplaire', 'exemplaires')}{when}. {OTHERWISE}"


def _is_counted(exchange: Exchange) -> bool:
    """Return whether it is of a thing or of a place; a team may welcome several people at once."""
    if exchange.transfer == Transfer.HOSTING:
        return exchange.terms_from.nature in (Nature.PREMISES, Nature.DESK)
    return exchange.transfer in (Transfer.LOAN, Transfer.GIFT)


def _lent_together(others: QuerySet[Exchange], exchange: Exchange) -> int:
    """Return how many are lent at the busiest moment of the dates of `exchange`.

    Without dates on both sides, they are agreed in the conversation: nothing is known to overlap.
    """
    starts, ends = exchange.wanted_from, exchange.wanted_until
    if starts is None or ends is None:
        return 0
    rows = others.filter(wanted_from__lt=ends, wanted_until__gt=starts)
    taken: list[tuple[Any, Any, int]] = list(
        rows.values_list("wanted_from", "wanted_until", "quantity")
    )
    moments = {starts, *(begun for begun, _, _ in taken if begun > starts)}
    return max(sum(many for a, b, many in taken if a <= moment < b) for moment in moments)
