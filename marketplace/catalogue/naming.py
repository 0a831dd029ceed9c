"""Who answers for a listing: named by the address that a colleague signs in with, never listed."""

from __future__ import annotations

from accounts.models import User
from accounts.notices.rules import tell
from accounts.periods import live_q
from marketplace.catalogue.models import Listing
from marketplace.refusals import Refused

UNKNOWN = "Personne de votre organisme n’a cette adresse : vérifiez-la, ou invitez cette personne."


def member_by_address(listing: Listing, address: str) -> User:
    """Return the member of the listing's organisation who signs in with it. Raises Refused."""
    found = User.objects.filter(
        live_q("memberships__"),
        is_active=True,
        email=address.strip().lower(),
        memberships__organisation=listing.organisation_id,
    ).first()
    if found is None:
        raise Refused(UNKNOWN)
    return found


def tell_newly_named(listing: Listing, actor: User, before: tuple[int | None, int | None]) -> None:
    """Tell who has just been named keeper or deputy. `before`: the ids of those until then."""
    title = listing.display_title
    said = (
        (listing.keeper, before[0], f"Vous répondez désormais de l’annonce : {title}"),
        (listing.deputy, before[1], f"Vous remplacez qui répond de l’annonce : {title}"),
    )
    for person, former, subject in said:
        if person is None or person.pk in (former, actor.pk):
            continue
        tell(
            person,
            kind="listing_entrusted",
            subject=subject,
            body="Les demandes vous arrivent, ou vous arriveront en son absence. Si ce n’est pas "
            "possible, dites-le à qui vous l’a confié.",
            path=listing.get_absolute_url(),
            action="Voir l’annonce",
            organisation=listing.organisation,
        )
