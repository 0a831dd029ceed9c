"""Listings that others wrote and that say somebody who is no longer here: their keepers decide."""

from __future__ import annotations

from accounts.models import User
from accounts.notices.rules import tell_all
from accounts.personal_data.traces import Traces
from marketplace.catalogue.models import Listing
from marketplace.catalogue.moderation import moderators_of
from marketplace.choices import ListingState

ONLINE = (ListingState.PUBLISHED, ListingState.PAUSED)
TEXTS = ("title", "summary", "description", "availability", "place_label")


def tell_of_mentions(person: User, traces: Traces) -> None:
    """Tell whoever answers for a listing that names the person, without the name.

    In the person's organisations only. The name may be somebody else's: it is never taken out of
    what others wrote.
    """
    places = person.memberships.order_by().values("organisation")
    online = Listing.objects.filter(organisation__in=places, state__in=ONLINE)
    found = online.exclude(author=person).filter(traces.said_in(*TEXTS))
    for listing in found.select_related("organisation", "keeper").order_by("pk"):
        if not traces.mentioned_in("\n".join(getattr(listing, name) for name in TEXTS)):
            continue
        title = traces.cleaned(listing.display_title)
        keeper = [listing.keeper] if listing.keeper else moderators_of(listing.organisation)
        tell_all(
            [one for one in keeper if one.pk != person.pk],
            kind="listing_about_departed",
            subject=f"Le nom d’une personne partie se lit dans une annonce\u00a0: {title}",
            body=(
                "Le compte d’une personne de votre organisme est effacé, et cette annonce dit le "
                "nom qu’elle portait. Nous n’y avons rien changé\u00a0: c’est peut-être celui de "
                "quelqu’un d’autre. Relisez-la, et retirez le nom s’il n’a plus à s’y trouver."
            ),
            path=listing.get_absolute_url(),
            action="Voir l’annonce",
            organisation=listing.organisation,
        )
