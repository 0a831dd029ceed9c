"""An association asks a collectivité to verify it; the coordination verifies or refuses."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User, Verification
from accounts.notices.rules import tell_all
from accounts.organisations.rules import coordinators_of, representatives_of
from accounts.signals import people_changed


class AlreadyAsked(Exception):
    """The collectivité was asked already, or verifies the association."""


class AlreadyDecided(Exception):
    """Somebody else decided first; the message says who and what."""


def ask(association: Organisation, by: Organisation, asked_by: User, message: str) -> Verification:
    """Record the request and tell the coordination; returns the verification.

    Raises AlreadyAsked when one is waiting or in force.
    """
    try:
        with transaction.atomic():
            verification = Verification.objects.create(
                association=association, by=by, asked_by=asked_by, message=message
            )
    except IntegrityError:
        raise AlreadyAsked from None
    body = f"{asked_by} demande que {by.name} vérifie l’association {association.name}."
    if association.purpose:
        body += f"\n\nSon objet : {association.purpose}"
    if message:
        body += f"\n\nSon message : {message}"
    tell_all(
        coordinators_of(by),
        kind="verification_asked",
        subject=f"Association à vérifier : {association.name}",
        body=body,
        path=reverse("verification", args=[verification.ref]),
        action="Vérifier l’association",
        organisation=by,
    )
    return verification


def decide(
    verification: Verification, by: User, *, verified: bool, reason: str = ""
) -> Verification:
    """Verify or refuse, once; returns the verification as it is now.

    A refusal needs a reason (ValueError without one). Of two coordinators who decide at the same
    time one wins; the other gets AlreadyDecided.
    """
    if not verified and not reason.strip():
        raise ValueError("a refusal needs a reason")
    state = Verification.State.VERIFIED if verified else Verification.State.REFUSED
    with transaction.atomic():
        changed = Verification.objects.filter(
            pk=verification.pk, state=Verification.State.ASKED
        ).update(
            state=state,
            decided_by=by,
            decided_at=timezone.now(),
            reason="" if verified else reason.strip(),
        )
        verification.refresh_from_db()
        if not changed:
            raise AlreadyDecided(
                f"{verification.decided_by or 'Quelqu’un'} a déjà répondu : "
                f"association {verification.get_state_display()}."
            )
        association, collectivite = verification.association, verification.by
        members = list(User.objects.filter(memberships__organisation=association).distinct())
        people_changed.send(sender=User, user_ids=[member.pk for member in members])
        path = reverse("my_association", args=[association.ref])
        told = {person.pk: person for person in representatives_of(association)}
        told[verification.asked_by_id] = verification.asked_by
        if verified:
            tell_all(
                told.values(),
                kind="verification_given",
                subject=f"{collectivite.name} a vérifié {association.name}",
                body=(
                    f"Bonne nouvelle : {collectivite.name} connaît maintenant {association.name}. "
                    "Vous pouvez demander ce que cette collectivité et ses partenaires proposent."
                ),
                path=path,
                action="Voir l’association",
                organisation=collectivite,
            )
        else:
            tell_all(
                told.values(),
                kind="verification_refused",
                subject=f"{collectivite.name} n’a pas vérifié {association.name}",
                body=(
                    f"{collectivite.name} n’a pas vérifié {association.name}. "
                    f"La raison donnée : {verification.reason}\n\n"
                    "Vous pouvez compléter l’inscription et demander de nouveau, ou vous adresser "
                    "à une autre collectivité."
                ),
                path=path,
                action="Voir l’association",
                organisation=collectivite,
            )
        others = [person for person in coordinators_of(collectivite) if person.pk != by.pk]
        tell_all(
            others,
            kind="verification_settled",
            subject=f"{association.name} : demande réglée par {by}",
            body=f"{by} a répondu : association {verification.get_state_display()}.",
            path=reverse("verification", args=[verification.ref]),
            action="Voir la demande",
            organisation=collectivite,
        )
    return verification


def end(verification: Verification, by: User, reason: str) -> bool:
    """End a verification in force; returns False when it was not in force any more."""
    with transaction.atomic():
        ended = Verification.objects.filter(
            pk=verification.pk, state=Verification.State.VERIFIED
        ).update(
            state=Verification.State.ENDED,
            decided_by=by,
            decided_at=timezone.now(),
            reason=reason.strip(),
        )
        if not ended:
            return False
        verification.refresh_from_db()
        tell_all(
            representatives_of(verification.association),
            kind="verification_ended",
            subject=f"{verification.by.name} ne vérifie plus {verification.association.name}",
            body=(
                f"La vérification par {verification.by.name} a pris fin."
                + (f" La raison donnée : {verification.reason}" if verification.reason else "")
            ),
            path=reverse("my_association", args=[verification.association.ref]),
            action="Voir l’association",
            organisation=verification.by,
        )
    return True


def collectivites_to_ask(association: Organisation | None = None) -> QuerySet[Organisation]:
    """Return the collectivités that may still be asked, by name."""
    found = Organisation.objects.open().collectivites().select_related("commune")
    if association is None:
        return found
    busy = association.verifications.filter(
        state__in=[Verification.State.ASKED, Verification.State.VERIFIED]
    )
    return found.exclude(pk__in=busy.values("by_id"))
