"""Terms are those of the day of the yes: who lends may change the listing, not what was agreed."""

from __future__ import annotations

from marketplace.catalogue.presentation import facts
from marketplace.choices import ExchangeState
from marketplace.exchanges.agreed.models import AgreedTerm
from marketplace.exchanges.models import Exchange

# Both said yes; what is booked directly goes there at once.
AGREES = (ExchangeState.AGREED, ExchangeState.CONFIRMED)
# Of the exchange rather than of its listing; who may ask is no matter any more.
NOT_TERMS = ("Quand", "Combien", "Qui peut demander", "Qui peut répondre")


def keep(exchange: Exchange) -> None:
    """Write the terms down when both have just said yes, once: a consent taken back and given
    again changes nothing of them. Inside the transaction of that yes."""
    if exchange.state not in AGREES or exchange.agreed_terms.exists():
        return
    AgreedTerm.objects.bulk_create(
        AgreedTerm(exchange=exchange, label=label, words=words) for label, words in today(exchange)
    )


def kept(exchange: Exchange) -> list[tuple[str, str]]:
    """Return what was written down (what, words), nothing before both said yes: one query."""
    return [(term.label, term.words) for term in exchange.agreed_terms.all()]


def terms(exchange: Exchange) -> list[tuple[str, str]]:
    """Return the terms (what, words): as agreed, else as the listing says them today.

    An exchange agreed before they were written down reads those of today.
    """
    return kept(exchange) or today(exchange)


def today(exchange: Exchange) -> list[tuple[str, str]]:
    """Return what the listing says, and the terms of the offer with which a need is answered."""
    found: dict[str, str] = {}
    for listing in filter(None, (exchange.listing, exchange.offer)):
        for label, words in facts(listing):
            if words and label not in NOT_TERMS:
                found.setdefault(label, words)
    return list(found.items())
