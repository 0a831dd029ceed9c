"""Two public bodies open their catalogues to each other: proposed by one, accepted by the other."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Partnership, User
from accounts.notices.rules import tell_all
from accounts.organisations.rules import coordinators_of
from accounts.signals import organisations_changed


class AlreadyLinked(Exception):
    """A partnership is proposed or in force between the two."""


class TooLate(Exception):
    """Somebody else answered or ended it first; the message says what."""


def propose(proposer: Organisation, partner: Organisation, by: User) -> Partnership:
    """Record the proposal and tell the other's coordination; returns the partnership.

    Raises AlreadyLinked when one exists between the two, in either direction, and ValueError
    when one of them is not a public body or both are the same.
    """
    if proposer.pk == partner.pk or not (proposer.is_public_body and partner.is_public_body):
        raise ValueError("a partnership joins two different public bodies")
    try:
        with transaction.atomic():
            partnership = Partnership.objects.create(
                proposer=proposer, partner=partner, proposed_by=by
            )
    except IntegrityError:
        raise AlreadyLinked from None
    tell_all(
        coordinators_of(partner),
        kind="partnership_proposed",
        subject=f"{proposer.name} vous propose un partenariat",
        body=(
            f"{by}, pour {proposer.name}, propose que chacun ouvre à l’autre les annonces "
            "destinées aux partenaires. Rien ne change avant votre accord."
        ),
        path=reverse("partnerships"),
        action="Répondre",
        organisation=proposer,
    )
    return partnership


def answer(partnership: Partnership, by: User, *, accepted: bool) -> Partnership:
    """Accept or decline, once; returns the partnership. Raises TooLate."""
    state = Partnership.State.ACCEPTED if accepted else Partnership.State.DECLINED
    with transaction.atomic():
        _change(partnership, [Partnership.State.PROPOSED], state, by)
        words = "a accepté" if accepted else "a décliné"
        tell_all(
            coordinators_of(partnership.proposer),
            kind=f"partnership_{state}",
            subject=f"{partnership.partner.name} {words} le partenariat",
            body=(
                "Les annonces ouvertes aux partenaires sont maintenant visibles de part et d’autre."
                if accepted
                else "Rien ne change pour vous. Vous pourrez en reparler de vive voix."
            ),
            path=reverse("partnerships"),
            action="Voir les partenariats",
            organisation=partnership.partner,
        )
    return partnership


def end(partnership: Partnership, by: User) -> Partnership:
    """End a partnership, or take back a proposal; returns it. Raises TooLate."""
    with transaction.atomic():
        was_accepted = partnership.state == Partnership.State.ACCEPTED
        _change(
            partnership,
            [Partnership.State.PROPOSED, Partnership.State.ACCEPTED],
            Partnership.State.ENDED,
            by,
        )
        if was_accepted:
            told = {by.pk}
            for side in (partnership.proposer, partnership.partner):
                people = [one for one in coordinators_of(side) if one.pk not in told]
                told |= {one.pk for one in people}
                tell_all(
                    people,
                    kind="partnership_ended",
                    subject=f"Le partenariat entre {partnership} a pris fin",
                    body=f"{by} y a mis fin. Les échanges déjà convenus ne sont pas touchés.",
                    path=reverse("partnerships"),
                    action="Voir les partenariats",
                    organisation=side,
                )
    return partnership


def _change(partnership: Partnership, before: list[str], after: str, by: User) -> None:
    changed = Partnership.objects.filter(pk=partnership.pk, state__in=before).update(
        state=after, decided_by=by, decided_at=timezone.now()
    )
    partnership.refresh_from_db()
    if not changed:
        raise TooLate(
            f"{partnership.decided_by or 'Quelqu’un'} a déjà répondu : "
            f"partenariat {partnership.get_state_display()}."
        )
    organisations_changed.send(
        sender=Partnership,
        organisation_ids=[partnership.proposer_id, partnership.partner_id],
    )


def bodies_to_propose_to(proposers: list[Organisation]) -> QuerySet[Organisation]:
    """Return the public bodies that are not linked with every one of the proposers."""
    found = Organisation.objects.open().public_bodies()
    if len(proposers) != 1:
        return found
    mine = proposers[0]
    linked = Partnership.objects.filter(
        Q(proposer=mine) | Q(partner=mine),
        state__in=[Partnership.State.PROPOSED, Partnership.State.ACCEPTED],
    )
    return found.exclude(pk=mine.pk).exclude(
        Q(pk__in=linked.values("proposer_id")) | Q(pk__in=linked.values("partner_id"))
    )
