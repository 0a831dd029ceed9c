"""What waits for whoever asked for a loan: the certificate of their organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.todos.registry import MINE, ToDo
from marketplace.choices import ExchangeState
from marketplace.exchanges.insurance import needs
from marketplace.exchanges.insurance.rules import PAGE
from marketplace.exchanges.models import Exchange

LIMIT = 10


def mine(user: Any) -> Iterator[ToDo]:
    """Yield the agreed loans of `user` that only wait for a certificate."""
    agreed = Exchange.objects.filter(
        asked_by=user, state=ExchangeState.AGREED, listing__loan_terms__insurance_required=True
    ).select_related("listing__organisation", "listing__loan_terms", "receiver")
    for exchange in agreed[:LIMIT]:
        if not needs.missing(exchange):
            continue
        title = exchange.listing.display_title
        yield ToDo(
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
