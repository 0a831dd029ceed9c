"""How each side of an exchange reads the other's people."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation, User
from marketplace.catalogue.contacts import Contact, shown_person
from marketplace.exchanges.models import Exchange


def shown(
    person: User | None, organisation: Organisation | None, exchange: Exchange, viewer: Any
) -> Contact:
    """Return how `viewer` reads a person who acted for an organisation in this exchange."""
    if person is None or organisation is None:
        return Contact("La plateforme")
    service = ""
    if person.pk == exchange.keeper_id and exchange.listing.department:
        service = exchange.listing.department.name
    elif person.pk == exchange.coordinator_id:
        service = "Coordination"
    return shown_person(
        person,
        organisation,
        viewer,
        service=service,
        accepted=exchange.contact_accepted_at is not None,
    )


def keeper_contact(exchange: Exchange, viewer: Any) -> Contact:
    return shown(exchange.keeper, exchange.listing.organisation, exchange, viewer)


def asker_contact(exchange: Exchange, viewer: Any) -> Contact:
    return shown(exchange.asked_by, exchange.asked_for, exchange, viewer)
