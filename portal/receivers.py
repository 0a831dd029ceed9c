"""Glue between rooms that do not know each other: what one says happened, another hears here.

Signals are sent inside the transaction of the change, so what is written here is saved or undone
with it.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import Membership, User
from accounts.signals import department_closed, membership_ended, organisations_changed
from home.signals import pages_changed
from marketplace.exchanges.leaving import person_left
from marketplace.models import Listing
from marketplace.signals import listings_changed
from search.engines.base import LISTING, PAGE
from search.indexing import mark
from search.saved.watching import look


@receiver(listings_changed, dispatch_uid="portal_index_listings")
def index_listings(sender: Any, listing_ids: list[int], **kwargs: Any) -> None:
    mark(LISTING, listing_ids)
    # After the index: alerts find a listing by its words.
    look(listing_ids)


@receiver(pages_changed, dispatch_uid="portal_index_pages")
def index_pages(sender: Any, page_ids: list[int], **kwargs: Any) -> None:
    mark(PAGE, page_ids)


@receiver(organisations_changed, dispatch_uid="portal_index_organisations")
def index_listings_of_organisations(
    sender: Any, organisation_ids: list[int], **kwargs: Any
) -> None:
    """Their name and place are among the words of their listings."""
    listings = Listing.objects.filter(organisation__in=organisation_ids).published()
    mark(LISTING, listings.order_by().values_list("pk", flat=True))


@receiver(membership_ended, dispatch_uid="portal_settle_who_left")
def settle_who_left(sender: Any, membership: Membership, actor: User | None, **kwargs: Any) -> None:
    """Who leaves answers no more for what they offered and had under way there."""
    person_left(membership.user, membership.organisation, actor)


@receiver(department_closed, dispatch_uid="portal_hand_over_listings")
def hand_over_listings(sender: Any, department_id: int, into_id: int | None, **kwargs: Any) -> None:
    """What a department offers goes with its people."""
    listings = Listing.objects.filter(department=department_id)
    ids = list(listings.order_by().values_list("pk", flat=True))
    listings.update(department=into_id)
    mark(LISTING, ids)
