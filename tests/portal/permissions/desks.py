"""What a coordination keeps for its collectivité, one of each, for the matrix."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership, Organisation, User
from marketplace.catalogue.charters import rules as charters
from marketplace.importing.rules import keep_file
from tests.factories import ListingFactory, member

INVENTORY = "inventaire.csv", "Code;Nom;Nature\nBAR-1;Barnum;matériel\n".encode()


def desks(body: Organisation, agent: User) -> dict[str, str]:
    """Return the references of a charter, of a listing that asks for it, of a file of things."""
    coordinator = member(body, "agent", "coordinator")
    charter = charters.create(body, coordinator, "Charte", "Le casque, toujours.")
    fields = {"organisation": body, "author": agent, "keeper": agent, "scope": "partners"}
    things = {
        "agent_address": agent.email,
        "charter": charter.ref,
        "chartered": ListingFactory(**fields, charter=charter).ref,
        "things_file": keep_file(body, coordinator, *INVENTORY).ref,
    }
    # Elsewhere nobody coordinates any more: the platform's staff reads what becomes public.
    Membership.objects.filter(user=coordinator).update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(days=1)
    )
    return things
