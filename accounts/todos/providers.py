"""What this room puts among what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.models import JoinRequest, Partnership, Verification
from accounts.readers import reader_for
from accounts.rights import COORDINATOR, REPRESENTATIVE
from accounts.todos.registry import COORDINATION, MINE, ToDo
from accounts.words import of_name

# A desk shows what waits, not an archive: beyond this, settling some shows the others.
AT_MOST = 100


def verifications_to_decide(user: Any) -> Iterator[ToDo]:
    """Associations that ask a collectivité that the person coordinates: one query."""
    if not reader_for(user).has_role(COORDINATOR):
        return
    waiting = Verification.objects.visible_to(user).waiting().select_related("association", "by")
    for verification in waiting.order_by("asked_at")[:AT_MOST]:
        yield ToDo(
            desk=COORDINATION,
            kind="verification",
            icon="shield-check",
            text=f"Association à vérifier : {verification.association.name}",
            strong=verification.association.name,
            detail=f"auprès {of_name(verification.by.short_name)}",
            url=reverse("verification", args=[verification.ref]),
            action="Vérifier",
            since=verification.asked_at,
        )


def associations_to_complete(user: Any) -> Iterator[ToDo]:
    """Associations that the person represents and that nobody verified: one query."""
    reader = reader_for(user)
    represented = reader.associations_represented
    if not represented or reader.verifier_ids:
        return
    asked = Verification.objects.filter(association__in=represented).select_related(
        "association", "by"
    )
    latest = {one.association_id: one for one in asked.order_by("asked_at")}
    for verification in latest.values():
        if verification.state not in (Verification.State.REFUSED, Verification.State.ENDED):
            continue
        name, by = verification.association.name, verification.by.short_name
        refused = verification.state == Verification.State.REFUSED
        yield ToDo(
            desk=MINE,
            kind="association_unverified",
            icon="alert-circle",
            text=f"{name} n’est pas vérifiée"
            + (f" : {by} a refusé" if refused else f" : {by} y a mis fin"),
            strong=name,
            detail=verification.reason,
            url=reverse("my_association", args=[verification.association.ref]),
            action="Compléter et redemander",
            since=verification.decided_at or verification.asked_at,
        )


def join_requests_to_represented(user: Any) -> Iterator[ToDo]:
    """People who ask to act for an association that the person represents: one query."""
    represented = reader_for(user).organisations_with_role(REPRESENTATIVE)
    if not represented:
        return
    waiting = JoinRequest.objects.visible_to(user).waiting().filter(association__in=represented)
    yield from _join_requests(waiting.exclude(user=user), MINE)


def join_requests_to_verified(user: Any) -> Iterator[ToDo]:
    """People who ask to act for an association that a coordinator's body verified: one query."""
    reader = reader_for(user)
    if not reader.has_role(COORDINATOR):
        return
    represented = reader.organisations_with_role(REPRESENTATIVE)
    waiting = JoinRequest.objects.visible_to(user).waiting().exclude(association__in=represented)
    yield from _join_requests(waiting.exclude(user=user), COORDINATION)


def _join_requests(waiting: Any, desk: str) -> Iterator[ToDo]:
    for request in waiting.select_related("association", "user").order_by("asked_at")[:AT_MOST]:
        yield ToDo(
            desk=desk,
            kind="join_request",
            icon="user-plus",
            text=f"{request.user} demande à rejoindre {request.association.name}",
            strong=str(request.user),
            url=reverse("join_request", args=[request.ref]),
            action="Répondre",
            since=request.asked_at,
        )


def partnerships_to_answer(user: Any) -> Iterator[ToDo]:
    """Partnerships proposed to a body that the person coordinates: one query."""
    coordinated = reader_for(user).organisations_with_role(COORDINATOR)
    if not coordinated:
        return
    waiting = (
        Partnership.objects.waiting().filter(partner__in=coordinated).select_related("proposer")
    )
    for partnership in waiting.order_by("proposed_at")[:AT_MOST]:
        yield ToDo(
            desk=COORDINATION,
            kind="partnership",
            icon="arrows-exchange",
            text=f"{partnership.proposer.name} propose un partenariat",
            strong=partnership.proposer.name,
            url=reverse("partnerships"),
            action="Répondre",
            since=partnership.proposed_at,
        )
