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


def terms(exchange: Exchange) -> list[tuple[str, str]]:
    """Return the terms (what, words): as agreed, else as the listing says them today.

    One query once agreed. An exchange agreed before they were written down reads those of today.
    """
    kept = [(term.label, term.words) for term in exchange.agreed_terms.all()]
    return kept or today(exchange)


def today(exchange: Exchange) -> list[tuple[str, str]]:
    """Return what the listing says, and the terms of the offer with which a need is answered."""
    found = dict(facts(exchange.listing))
    if exchange.offer is not None:
        found = dict(facts(exchange.offer)) | {label: said for label, said in found.items() if said}
    return [(label, said) for label, said in found.items() if said and label not in NOT_TERMS]
