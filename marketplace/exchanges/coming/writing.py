"""Writing to everybody who comes at once: each reads it in their own conversation."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from marketplace import rights as listing_rights
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights, rules
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused


@transaction.atomic
def write_to_all(need: Listing, author: User, body: str) -> int:
    """Send one message to each person who has a place; returns how many. Raises Refused."""
    if refusal := listing_rights.why_not_edit(author, need):
        raise Refused(refusal)
    if not body.strip():
        raise Refused("Écrivez votre mot avant de l’envoyer.")
    coming = Exchange.objects.filter(
        listing=need, place__isnull=False, state__in=rights.WRITABLE
    ).exclude(state=ExchangeState.WAITING)
    sent = 0
    for exchange in coming.for_page().order_by("pk"):
        if not rights.can_write(author, exchange):
            continue
        rules.write(exchange, author, body)
        sent += 1
    if not sent:
        raise Refused("Personne ne vient encore : il n’y a pas à qui écrire.")
    return sent
