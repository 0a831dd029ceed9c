"""Asking to act for a known association, and answering."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.joining.models import JoinRequest
from accounts.models import Membership, Organisation, Role, User, Verification
from accounts.notices.rules import tell, tell_all
from accounts.organisations.rules import begin_membership, people_with_role, representatives_of


class AlreadyThere(Exception):
    """The person belongs to the association already."""


class AlreadyDecided(Exception):
    """Somebody else answered first; the message says what."""


def ask_to_join(user: User, association: Organisation, message: str = "") -> JoinRequest:
    """Record that `user` asks to act for `association`; returns the request.

    Asked twice, it is the same request. Raises AlreadyThere for a member.
    """
    if Membership.objects.live().filter(user=user, organisation=association).exists():
        raise AlreadyThere
    try:
        with transaction.atomic():
            request = JoinRequest.objects.create(
                association=association, user=user, message=message
            )
    except IntegrityError:
        return JoinRequest.objects.get(
            association=association, user=user, state=JoinRequest.State.ASKED
        )
    body = f"{user} demande à agir pour {association.name}."
    if message:
        body += f"\n\nSon message : {message}"
    tell_all(
        who_answers(association),
        kind="join_asked",
        subject=f"{user} demande à rejoindre {association.name}",
        body=body,
        path=reverse("join_request", args=[request.ref]),
        action="Répondre",
        organisation=association,
    )
    return request


def who_answers(association: Organisation) -> list[User]:
    """Return the representatives, or the coordination of its verifiers when it has none left."""
    if found := representatives_of(association):
        return found
    verifiers = Verification.objects.live().filter(association=association)
    return people_with_role(verifiers.values_list("by_id", flat=True), Role.Kind.COORDINATOR)


def answer(request: JoinRequest, by: User, *, accepted: bool) -> JoinRequest:
    """Accept or refuse, once; returns the request as it is now.

    Raises AlreadyDecided when somebody else answered first.
    """
    state = JoinRequest.State.ACCEPTED if accepted else JoinRequest.State.REFUSED
    with transaction.atomic():
        changed = JoinRequest.objects.filter(pk=request.pk, state=JoinRequest.State.ASKED).update(
            state=state, decided_by=by, decided_at=timezone.now()
        )
        request.refresh_from_db()
        if not changed:
            raise AlreadyDecided(
                f"{request.decided_by} a déjà répondu : demande {request.get_state_display()}."
            )
        association = request.association
        if accepted:
            begin_membership(request.user, association, [Role.Kind.AGENT], by=by)
            tell(
                request.user,
                kind="join_accepted",
                subject=f"Vous avez rejoint {association.name}",
                body=f"{by} a accepté votre demande : vous pouvez agir pour {association.name}.",
                path=reverse("my_association", args=[association.ref]),
                action="Voir l’association",
                organisation=association,
            )
        else:
            tell(
                request.user,
                kind="join_refused",
                subject=f"Votre demande pour {association.name}",
                body=(
                    f"L’association {association.name} n’a pas donné suite à votre demande. "
                    "Si vous pensez que c’est une erreur, parlez-en directement avec elle."
                ),
                path=f"{reverse('my_account')}#organismes",
                action="Voir mes organismes",
                organisation=association,
            )
    return request
