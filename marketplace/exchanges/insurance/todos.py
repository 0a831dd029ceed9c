"""What waits for whoever borrows: the certificate of their organisation."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.todos.registry import MINE, ToDo
from accounts.todos.steps import Step
from marketplace.choices import ExchangeState
from marketplace.exchanges.insurance import needs
from marketplace.exchanges.insurance.rules import PAGE
from marketplace.exchanges.models import Exchange


def _agreed(user: Any) -> QuerySet[Exchange]:
    # Who asked for the offer; of a need answered with an offer, who answers for the need.
    borrows = Q(offer=None, asked_by=user) | Q(offer__isnull=False, keeper=user)
    agreed = Exchange.objects.filter(borrows, state=ExchangeState.AGREED).wanting_insurance()
    rows = agreed.select_related(
        "listing__organisation", "listing__loan_terms", "offer__loan_terms", "receiver"
    )
    return rows.order_by("state_since", "pk")


def _say(exchange: Exchange) -> ToDo | None:
    """Return what is to do when the agreed loan only waits for a certificate."""
    if not needs.missing(exchange):
        return None
    title = exchange.listing.display_title
    return ToDo(
        desk=MINE,
        kind="insurance_missing",
        icon="file-certificate",
        text=f"Attestation d’assurance à déposer : {title}",
        strong=title,
        url=f"{PAGE}?pour={exchange.receiver.ref}&echange={exchange.ref}",
        action="Déposer",
        since=exchange.state_since,
        due=exchange.wanted_from,
    )


STEPS = (Step(_agreed, _say),)
