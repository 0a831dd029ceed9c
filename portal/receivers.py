"""Glue between rooms that do not know each other: what one says happened, another hears here.

Signals are sent inside the transaction of the change, so what is written here is saved or undone
with it.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.signals import organisations_changed
from home.signals import pages_changed
from marketplace.models import Listing
from marketplace.signals import listings_changed
from search.engines.base import LISTING, PAGE
from search.indexing import mark


@receiver(listings_changed, dispatch_uid="portal_index_listings")
def index_listings(sender: Any, listing_ids: list[int], **kwargs: Any) -> None:
    mark(LISTING, listing_ids)


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
