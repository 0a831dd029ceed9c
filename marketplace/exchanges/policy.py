"""What an exchange needs before it may be agreed; simple now, fed by legal bases later.

Sources: loi 2022-217 art. 209 (experiment until 27 December 2027) and CGFP L512-8 for working time
lent to associations; CGI 238 bis 1-a for who may be a host. To be confirmed by a jurist.
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Fact, Organisation
from marketplace.catalogue.guards import gift_value_refusal
from marketplace.catalogue.models import Listing
from marketplace.choices import Transfer, WhoseTime
from marketplace.exchanges.consents import queries as consents
from marketplace.exchanges.insurance import needs as insurance
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.promised import why_not_promise

INELIGIBLE = "ineligible"

HOST_REFUSED = (
    "Cet organisme ne fait pas partie de ceux à qui la loi permet de donner du temps d’agent ou "
    "des biens. Un prêt ou une salle restent possibles : voyez avec la coordination."
)
DECISION_MISSING = (
    "Du temps de travail donné à une association demande une décision signée de l’administration "
    "qui le donne. L’accord se donne quand elle est déposée sur cette page. "
    "Sur temps personnel, aucune décision n’est nécessaire."
)

ANSWER_WITH_AN_OFFER = (
    "Une collectivité prête ou donne avec une offre, qui dit la valeur et les conditions : "
    "répondez avec une de vos offres, ou écrivez-en une pour ce besoin."
)


def host_refusal(receiver: Organisation, transfer: str) -> str:
    """Return why `receiver` may not be given time or goods, or an empty text."""
    if transfer not in (Transfer.TIME, Transfer.GIFT):
        return ""
    fact = receiver.facts.filter(kind=Fact.Kind.HOST_CATEGORY).first()
    return HOST_REFUSED if fact is not None and fact.value == INELIGIBLE else ""


def needs_offer(listing: Listing, giver: Organisation) -> bool:
    """Return whether `giver` answers this need with an offer only, never by a mere message.

    A public body that lends or gives a thing to another: its offer is where the cap of gifts and
    the terms of loans hold (CG3P L3212-2, D3212-3-1).
    """
    lent_or_given = listing.transfer in (Transfer.LOAN, Transfer.GIFT)
    outside = giver.is_public_body and giver.pk != listing.organisation_id
    return not listing.is_offer and lent_or_given and outside


def by_message(listing: Listing, givers: Iterable[Organisation]) -> bool:
    """Return whether one may answer by a message for one of these organisations at least."""
    return not all(needs_offer(listing, one) for one in givers)


def refusal_to_ask(
    listing: Listing, giver: Organisation, receiver: Organisation, offer: Listing | None
) -> str:
    """Return why this may not be asked nor answered, or an empty text."""
    if refusal := host_refusal(receiver, listing.transfer):
        return refusal
    return ANSWER_WITH_AN_OFFER if offer is None and needs_offer(listing, giver) else ""


def needs_decision(exchange: Exchange) -> bool:
    """Return whether the law wants a signed decision: working time of agents to an association."""
    return (
        exchange.transfer == Transfer.TIME
        and exchange.whose_time != WhoseTime.OWN
        and exchange.giver.is_public_body
        and exchange.receiver.is_association
    )


def lacks_decision(exchange: Exchange) -> bool:
    return needs_decision(exchange) and not exchange.decision


def refusal_to_agree(exchange: Exchange) -> str:
    """Return why this exchange may not be agreed today, or an empty text."""
    if refusal := host_refusal(exchange.receiver, exchange.transfer):
        return refusal
    if exchange.offer_id is None and needs_offer(exchange.listing, exchange.giver):
        return (
            "Il manque l’offre, qui dit la valeur et les conditions : demandez à "
            f"{exchange.giver.short_name} de retirer cette réponse, puis d’en faire une avec une "
            "offre."
        )
    if refusal := _gift_refusal(exchange):
        return refusal
    return DECISION_MISSING if lacks_decision(exchange) else why_not_promise(exchange)


def _gift_refusal(exchange: Exchange) -> str:
    """Return what the cap of gifts has against the offer as it is today, or an empty text."""
    thing = exchange.terms_from
    if exchange.transfer != Transfer.GIFT or not thing.is_offer or exchange.giver.is_association:
        return ""
    terms = getattr(thing, "gift_terms", None)
    return gift_value_refusal(terms.unit_value if terms else None)


def needs_consents(exchange: Exchange) -> bool:
    """Return whether people other than both sides say yes: an agent's working time is given."""
    return (
        exchange.transfer == Transfer.TIME
        and exchange.whose_time != WhoseTime.OWN
        and exchange.giver.is_public_body
    )


def missing_to_confirm(exchange: Exchange) -> list[str]:
    """Return what an agreed exchange still waits for, a sentence each; empty when it is ready.

    Gifts and own time want nothing more than the yes of both sides; loans and places, the
    insurance certificate that their terms ask for.
    """
    asked = consents.missing(exchange) if needs_consents(exchange) else []
    return [*insurance.missing(exchange), *asked]
