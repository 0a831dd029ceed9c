"""The life of a listing: the only table of what may follow what, and the one way to move."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace.catalogue.models import Listing, ListingEvent
from marketplace.choices import ListingState
from marketplace.refusals import Overtaken
from marketplace.signals import listings_changed

S = ListingState
TRANSITIONS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.PUBLISHED}),
    S.SUBMITTED: frozenset({S.PUBLISHED, S.RETURNED, S.ARCHIVED, S.WITHDRAWN}),
    S.RETURNED: frozenset({S.SUBMITTED, S.PUBLISHED, S.ARCHIVED}),
    S.PUBLISHED: frozenset({S.PAUSED, S.SUBMITTED, S.ARCHIVED, S.WITHDRAWN}),
    S.PAUSED: frozenset({S.PUBLISHED, S.SUBMITTED, S.ARCHIVED, S.WITHDRAWN}),
    S.ARCHIVED: frozenset(),
    S.WITHDRAWN: frozenset(),
}


def move(
    listing: Listing,
    to: str,
    actor: User | None,
    *,
    reason: str = "",
    only_from: Iterable[str] = (),
    **changes: object,
) -> None:
    """Make one transition, for one of two who try: the row must still be as the caller saw it."""
    origin = listing.state
    if to not in TRANSITIONS[origin] or (only_from and origin not in only_from):
        raise Overtaken(
            f"Cette annonce est maintenant « {listing.get_state_display()} » : "
            "ce n’est plus possible."
        )
    now = timezone.now()
    updated = Listing.objects.filter(pk=listing.pk, state=origin).update(
        state=to, updated_at=now, **changes
    )
    if not updated:
        raise Overtaken
    listing.refresh_from_db()
    record(listing, origin, actor, reason)
    say_changed(listing)


def record(listing: Listing, origin: str, actor: User | None, reason: str = "") -> None:
    ListingEvent.objects.create(
        listing=listing,
        from_state=origin,
        to_state=listing.state,
        actor=actor,
        for_organisation=_acting_for(actor, listing),
        reason=reason,
    )


def _acting_for(actor: User | None, listing: Listing) -> Organisation | None:
    """Return the organisation for which the actor acts on this listing; None for the platform."""
    reader = reader_for(actor)
    if listing.organisation_id in reader.organisation_ids:
        return listing.organisation
    bodies = reader.organisations_with_role("coordinator")
    return Organisation.objects.filter(pk__in=bodies).order_by("pk").first()


def hold(listing: Listing) -> None:
    """Lock the row and read it as it now is, so that what is checked is what goes online.

    Raises Overtaken when its state is no longer the one that the caller saw.
    """
    seen = listing.state
    listing.refresh_from_db(from_queryset=Listing.objects.select_for_update())
    if listing.state != seen:
        raise Overtaken


def say_changed(listing: Listing) -> None:
    """Tell the other rooms that what one reads or finds of this listing changed."""
    listings_changed.send(sender=Listing, listing_ids=[listing.pk])
