"""How long a listing stays in the catalogue: until its own end, or a year; then it is renewed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from marketplace import rights
from marketplace.catalogue import rules, telling, transitions
from marketplace.catalogue.models import Listing
from marketplace.choices import ListingState
from marketplace.refusals import Overtaken, Refused
from marketplace.words import day_words

# How long before the end it is called to mind, and may be renewed.
REMINDED_BEFORE = timedelta(days=14)

NEW_DATES = (
    "Ce besoin a ses propres dates : changez-les s’il tient toujours, et il reste en ligne "
    "jusqu’à la dernière."
)


def may_be_renewed(listing: Listing, now: datetime | None = None) -> bool:
    """Return whether its end is near enough, or past, to be put off."""
    now = now or timezone.now()
    ends = listing.expires_at
    return listing.is_published and ends is not None and ends <= now + REMINDED_BEFORE


def ends_soon_q(now: datetime) -> Q:
    """Return the condition «leaves the catalogue soon», but what was only put in for days."""
    return Q(
        state=ListingState.PUBLISHED,
        expires_at__gt=now,
        expires_at__lte=now + REMINDED_BEFORE,
        published_at__lte=now - REMINDED_BEFORE,
    )


def renewed_until(now: datetime | None = None) -> datetime:
    """Return until when a renewal at this moment leads."""
    return (now or timezone.now()) + rules.ONLINE_FOR


def why_not_renew(user: Any, listing: Listing) -> str:
    """Return why one click does not renew it, or an empty text."""
    if listing.state != ListingState.PUBLISHED:
        return f"Cette annonce est maintenant « {listing.get_state_display()} »."
    if refusal := rights.why_not_publish(user, listing):
        return refusal
    return NEW_DATES if not listing.is_offer and listing.available_until else ""


@transaction.atomic
def renew(listing: Listing, actor: User) -> Listing:
    """Keep a listing in the catalogue for another year; returns it. A second press changes nothing.

    What an offer says of the last day on which it is free moves with it. Raises Refused.
    """
    listing.refresh_from_db(from_queryset=Listing.objects.select_for_update())
    if refusal := why_not_renew(actor, listing):
        raise Refused(refusal)
    if not may_be_renewed(listing):
        return listing
    until = renewed_until()
    changes: dict[str, datetime] = {"expires_at": until}
    if listing.available_until:
        changes["available_until"] = until
    waiting = Listing.objects.filter(pk=listing.pk, expires_at=listing.expires_at)
    if not waiting.update(updated_at=timezone.now(), **changes):
        raise Overtaken
    origin = listing.state
    listing.refresh_from_db()
    transitions.record(listing, origin, actor, f"jusqu’au {day_words(until)}")
    transitions.say_changed(listing)
    return listing


def remind_due() -> int:
    """Call to mind, once for each end, the listings that leave the catalogue soon; how many."""
    now = timezone.now()
    unsaid = Q(reminded_of__isnull=True) | ~Q(reminded_of=F("expires_at"))
    ending = Listing.objects.filter(unsaid, ends_soon_q(now))
    told = 0
    for pk in list(ending.order_by("expires_at").values_list("pk", flat=True)):
        with transaction.atomic():
            if not ending.filter(pk=pk).update(reminded_of=F("expires_at")):
                continue  # another process did, or it was renewed
            listing = Listing.objects.select_related("organisation", "author", "keeper").get(pk=pk)
            if listing.expires_at:
                telling.ends_soon(listing, listing.expires_at)
            told += 1
    return told
