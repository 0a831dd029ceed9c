"""A coordinator writes a listing for someone without a computer, with that person's say-so.

The person is its author and answers for it; the coordinator may write and publish it as long as the
person has not taken it back. Who entered it stays written in its first step.
"""

from __future__ import annotations

from django.db import transaction

from accounts.models import Organisation, User
from accounts.notices.rules import tell
from accounts.readers import reader_for
from accounts.words import of_name
from marketplace.catalogue import rules
from marketplace.catalogue.models import Listing, ListingEvent
from marketplace.refusals import Refused
from marketplace.words import NBSP

ONLY_COORDINATION = "Écrire pour quelqu’un est réservé à la coordination de l’organisme."
SAY_SO = "Cochez la case : rien ne s’écrit pour quelqu’un sans son accord."
ENTERED = "Saisie par la coordination, à la demande de la personne."


@transaction.atomic
def enter_for(
    coordinator: User,
    organisation: Organisation,
    person: User,
    *,
    direction: str,
    nature: str,
    transfer: str,
    said_so: bool,
) -> Listing:
    """Return a draft of `person`, entered by `coordinator`. Raises Refused."""
    if not reader_for(coordinator).has_role("coordinator", organisation.pk):
        raise Refused(ONLY_COORDINATION)
    if person.pk == coordinator.pk:
        raise Refused("C’est vous : publiez-la comme toute autre annonce.")
    if not said_so:
        raise Refused(SAY_SO)
    draft = rules.create_draft(
        person, organisation, direction=direction, nature=nature, transfer=transfer
    )
    Listing.objects.filter(pk=draft.pk).update(entered_by=coordinator)
    ListingEvent.objects.filter(listing=draft).update(actor=coordinator, reason=ENTERED)
    draft.refresh_from_db()
    tell(
        person,
        kind="listing_entered",
        subject="Une annonce est en préparation pour vous",
        body=(
            f"Comme vous l’avez demandé, la coordination {of_name(organisation.short_name)} écrit "
            f"une annonce à votre nom{NBSP}: elle est à vous. Vous pouvez la relire, la reprendre "
            "à votre compte ou la supprimer, maintenant ou plus tard."
        ),
        path=draft.get_absolute_url(),
        action="Voir l’annonce",
        organisation=organisation,
    )
    return draft


@transaction.atomic
def take_back(listing: Listing, person: User) -> None:
    """Have the person handle their listing alone from now on. Raises Refused."""
    if person.pk != listing.author_id:
        raise Refused("Seule la personne dont c’est l’annonce la reprend à son compte.")
    entered_by = listing.entered_by
    taken = Listing.objects.filter(pk=listing.pk, entered_by__isnull=False).update(entered_by=None)
    if not taken:
        return  # twice is once
    ListingEvent.objects.create(
        listing=listing,
        from_state=listing.state,
        to_state=listing.state,
        actor=person,
        for_organisation=listing.organisation,
        reason="La personne s’en occupe désormais.",
    )
    listing.refresh_from_db()
    if entered_by is not None:
        # What is not online yet is theirs alone from now on.
        still_read = Listing.objects.visible_to(entered_by).filter(pk=listing.pk).exists()
        tell(
            entered_by,
            kind="listing_taken_back",
            subject=f"Reprise par la personne{NBSP}: {listing.display_title}",
            body="La personne pour qui vous l’aviez saisie s’en occupe maintenant elle-même.",
            path=listing.get_absolute_url() if still_read else "",
            action="Voir l’annonce",
            organisation=listing.organisation,
        )
