"""The models of this room: one Django app, one line of migrations."""

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
    "Category",
    "Exchange",
    "ExchangeEvent",
    "GiftTerms",
    "Listing",
    "ListingEvent",
    "ListingTag",
    "LoanTerms",
    "Message",
    "NeedTerms",
    "Participant",
    "Photo",
    "PhotoRendition",
    "SkillTerms",
    "TaggedListing",
]
