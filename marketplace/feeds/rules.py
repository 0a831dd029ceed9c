"""Making an address, renewing it, taking it back; and whether it still opens."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.readers import reader_for
from marketplace.booking.models import Resource
from marketplace.catalogue.models import Listing
from marketplace.feeds.models import Feed, new_token
from marketplace.refusals import Refused


def kept_calendars(user: User) -> QuerySet[Resource]:
    """Return the calendars that `user` keeps, by name."""
    theirs = Listing.objects.kept_by(user).filter(resource__isnull=False).order_by()
    found = Resource.objects.filter(pk__in=theirs.values("resource"))
    return found.select_related("organisation").order_by("name", "pk")


def why_not_subscribe(user: User, resource: Resource | None) -> str:
    """Return why `user` gets no address for this, or an empty text.

    A calendar is for whoever keeps it today; one's own bookings are for whoever belongs somewhere.
    """
    if not reader_for(user).organisation_ids:
        return "Votre compte n’est rattaché à aucun organisme."
    if resource is None:
        return ""
    if Listing.objects.kept_by(user).filter(resource=resource).exists():
        return ""
    return "Seules les personnes qui tiennent ce calendrier s’y abonnent."


def create(user: User, resource: Resource | None = None) -> Feed:
    """Return the address, the one that there is already if any. Raises Refused."""
    if refusal := why_not_subscribe(user, resource):
        raise Refused(refusal)
    return Feed.objects.get_or_create(owner=user, resource=resource)[0]


@transaction.atomic
def renew(feed: Feed) -> Feed:
    """Give the feed another address: the former one opens no more."""
    feed.token = new_token()
    feed.save(update_fields=["token"])
    return feed


def revoke(feed: Feed) -> None:
    """Take the address back, for good. What is gone already stays so."""
    Feed.objects.filter(pk=feed.pk).delete()


def opened_by(token: str) -> Feed | None:
    """Return the feed behind an address, while its owner may still read it; else None.

    A membership that ended, a calendar handed over or an account closed shuts it by itself.
    """
    found = Feed.objects.filter(token=token).select_related("owner", "resource").first()
    if found is None or not found.owner.is_active:
        return None
    return None if why_not_subscribe(found.owner, found.resource) else found
