"""What the life of a listing makes people hear."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Notice, User
from accounts.notices.rules import tell
from marketplace.catalogue.mentions import ONLINE
from marketplace.catalogue.models import Listing
from marketplace.catalogue.moderation import moderators_of
from marketplace.words import day_words


def to_moderate(listing: Listing, actor: User) -> None:
    for moderator in moderators_of(listing.organisation).exclude(pk=actor.pk):
        tell(
            moderator,
            kind="listing_to_review",
            subject=f"Une annonce à relire : {listing.display_title}",
            body=(
                f"{listing.organisation.name} souhaite montrer cette annonce à tout le monde. "
                "Elle sera en ligne quand vous l’aurez relue."
            ),
            path=f"/coordination/annonces/{listing.ref}/",
            action="Relire l’annonce",
            organisation=listing.organisation,
        )


def changed_online(listing: Listing, actor: User) -> None:
    """Tell the moderators that its words or photos changed; once, until they have read it.

    Paused too, for it comes back without being read again.
    """
    if listing.state not in ONLINE:
        return
    kind, path = "listing_changed", f"/coordination/annonces/{listing.ref}/"
    told = Notice.objects.filter(kind=kind, path=path).unread().values("recipient")
    for moderator in moderators_of(listing.organisation).exclude(pk__in=told):
        if moderator.pk != actor.pk:
            tell(
                moderator,
                kind=kind,
                subject=f"Une annonce a changé : {listing.display_title}",
                body="Ses mots ou ses photos ont changé depuis votre relecture. "
                "Si quelque chose n’y a pas sa place, vous pouvez la retirer.",
                path=path,
                action="Relire l’annonce",
                organisation=listing.organisation,
            )


def published(listing: Listing, actor: User) -> None:
    _tell_keepers(
        listing,
        actor,
        kind="listing_published",
        subject=f"Votre annonce est en ligne : {listing.display_title}",
        body="La coordination l’a relue. Chaque demande vous sera signalée.",
        path=listing.get_absolute_url(),
        action="Voir l’annonce",
    )


def returned(listing: Listing, actor: User) -> None:
    _tell_keepers(
        listing,
        actor,
        kind="listing_returned",
        subject=f"Votre annonce est à reprendre : {listing.display_title}",
        body=f"La coordination vous la renvoie avec ces mots :\n\n{listing.return_reason}",
        path=f"/marche/publier/{listing.ref}/etape-2/",
        action="Reprendre l’annonce",
    )


def withdrawn(listing: Listing, actor: User) -> None:
    _tell_keepers(
        listing,
        actor,
        kind="listing_withdrawn",
        subject=f"Votre annonce a été retirée : {listing.display_title}",
        body=f"La coordination l’a retirée pour cette raison :\n\n{listing.return_reason}",
        path="/mes-annonces/",
        action="Voir mes annonces",
    )


def ends_soon(listing: Listing, ends: datetime) -> None:
    """Ask those who answer for it whether it still holds."""
    day = day_words(ends)
    _tell_keepers(
        listing,
        None,
        kind="listing_ends_soon",
        subject=f"Toujours d’actualité ? {listing.display_title}",
        body=(
            f"Votre annonce quitte le catalogue le {day}. Si elle tient toujours, gardez-la "
            "en ligne d’un geste ; sinon, laissez faire : les échanges commencés continuent."
        ),
        path=f"/mes-annonces/{listing.ref}/prolonger/",
        action="La garder en ligne",
    )


def _tell_keepers(listing: Listing, actor: User | None, **words: Any) -> None:
    people = {listing.author_id: listing.author}
    if listing.keeper:
        people[listing.keeper.pk] = listing.keeper
    for pk, person in people.items():
        if actor is None or pk != actor.pk:
            tell(person, organisation=listing.organisation, **words)
