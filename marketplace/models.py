"""The models of this room: one Django app, one line of migrations."""

from marketplace.booking.models import Allocation, Closure, OpeningHours, Resource, Unit
from marketplace.catalogue.models import (
    Category,
    GiftTerms,
    Listing,
    ListingEvent,
    ListingTag,
    LoanTerms,
    NeedTerms,
    Photo,
    PhotoRendition,
    SkillTerms,
    TaggedListing,
)
from marketplace.exchanges.models import Exchange, ExchangeEvent, Message, Participant

__all__ = [
    "Allocation",
    "Category",
    "Closure",
    "Exchange",
    "ExchangeEvent",
    "GiftTerms",
    "Listing",
    "ListingEvent",
    "ListingTag",
    "LoanTerms",
    "Message",
    "NeedTerms",
    "OpeningHours",
    "Participant",
    "Photo",
    "PhotoRendition",
    "Resource",
    "SkillTerms",
    "TaggedListing",
    "Unit",
]
