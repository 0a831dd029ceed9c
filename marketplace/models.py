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
from marketplace.exchanges.attaching.models import Attachment
from marketplace.exchanges.closing.models import Review
from marketplace.exchanges.following.models import DepartmentCoordinator, Reminder
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.mediation.models import Mediation, MediationNote
from marketplace.exchanges.models import Exchange, ExchangeEvent, Message, Participant
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.favourites.models import Favourite
from marketplace.insight.models import MondayLetter
from marketplace.recognition.models import StoryOffer, ThankYou
from marketplace.reports.models import Report

__all__ = [
    "Allocation",
    "Attachment",
    "Category",
    "Closure",
    "DepartmentCoordinator",
    "Exchange",
    "ExchangeEvent",
    "Favourite",
    "GiftTerms",
    "Interruption",
    "Listing",
    "ListingEvent",
    "ListingTag",
    "LoanTerms",
    "Mediation",
    "MediationNote",
    "Message",
    "MondayLetter",
    "NeedTerms",
    "OpeningHours",
    "Participant",
    "Photo",
    "PhotoRendition",
    "Record",
    "RecordedFact",
    "Reminder",
    "Report",
    "Resource",
    "Review",
    "SkillTerms",
    "StoryOffer",
    "TaggedListing",
    "ThankYou",
    "Unit",
]
