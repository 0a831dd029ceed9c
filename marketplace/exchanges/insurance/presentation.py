"""What the page of an exchange says of the insurance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.days import in_words, last_day
from accounts.models import Organisation
from accounts.readers import reader_for
from marketplace.catalogue.models import Listing
from marketplace.exchanges.insurance import needs
from marketplace.exchanges.insurance.rules import PAGE
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.transitions import ENDED


def card(exchange: Exchange, user: Any) -> dict[str, Any] | None:
    """Return what `insurance/card.html` draws, or None where no certificate is asked for."""
    if exchange.state in ENDED or not needs.is_asked(exchange.terms_from, exchange.receiver):
        return None
    lacking = needs.missing(exchange)
    today = timezone.localdate()
    day = max(last_day(exchange.wanted_until) or today, today)
    found = None if lacking else needs.certificate_of(exchange.receiver, day)
    may_add = exchange.receiver_id in reader_for(user).organisation_ids
    return {
        "lacking": lacking[0] if lacking else "",
        "words": f"Valable jusqu’au {in_words(found.valid_until)}." if found else "",
        "file_url": found.file.url if found else "",
        "add_url": f"{PAGE}?pour={exchange.receiver.ref}&echange={exchange.ref}"
        if may_add and lacking
        else "",
    }


def before_asking(listing: Listing, organisations: Iterable[Organisation]) -> dict[str, str] | None:
    """Return the notice above the form of a request, for those who have no certificate yet."""
    for one in organisations:
        if sentence := needs.lack(listing, one, None):
            later = "" if listing.is_booked_directly else " Vous pouvez demander dès maintenant."
            return {
                "level": "warning" if listing.is_booked_directly else "info",
                "text": f"{sentence}{later}",
                "url": f"{PAGE}?pour={one.ref}",
            }
    return None
