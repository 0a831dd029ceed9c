"""The models of this room: one Django app, one line of migrations."""

from marketplace.booking.models import Allocation, Closure, OpeningHours, Resource, Unit
from marketplace.catalogue.charters.models import Charter, CharterAcceptance, CharterVersion
from marketplace.catalogue.models import (
    Category,
    Listing,
    ListingEvent,
    ListingTag,
    Photo,
    PhotoRendition,
    TaggedListing,
)
from marketplace.catalogue.protection.models import ProtectionText
from marketplace.catalogue.slots import Slot
from marketplace.catalogue.terms import GiftTerms, LoanTerms, NeedTerms, SkillTerms
from marketplace.exchanges.agreed.models import AgreedTerm
from marketplace.exchanges.attaching.models import Attachment
from marketplace.exchanges.closing.models import Review
from marketplace.exchanges.consents.models import Consent, ConsentEvent, TacitConsent
from marketplace.exchanges.following.models import DepartmentCoordinator, Reminder
from marketplace.exchanges.handover.models import HandOver, HandOverPhoto, Incident, LateReminder
from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.mediation.models import Mediation, MediationNote
from marketplace.exchanges.models import Exchange, ExchangeEvent, Message, Participant
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.exchanges.series.models import Series
from marketplace.favourites.models import Favourite
from marketplace.feeds.models import Feed
from marketplace.importing.models import ThingsFile
from marketplace.insight.models import MondayLetter
from marketplace.recognition.models import StoryOffer, ThankYou
from marketplace.reports.models import Report

__all__ = [
    "AgreedTerm",
    "Allocation",
    "Attachment",
    "Category",
    "Charter",
    "CharterAcceptance",
    "CharterVersion",
    "Closure",
    "Consent",
    "ConsentEvent",
    "DepartmentCoordinator",
    "Exchange",
    "ExchangeEvent",
    "Favourite",
    "Feed",
    "GiftTerms",
    "HandOver",
    "HandOverPhoto",
    "Incident",
    "InsuranceCertificate",
    "Interruption",
    "LateReminder",
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
    "ProtectionText",
    "Record",
    "RecordedFact",
    "Reminder",
    "Report",
    "Resource",
    "Review",
    "Series",
    "SkillTerms",
    "Slot",
    "StoryOffer",
    "TacitConsent",
    "TaggedListing",
    "ThankYou",
    "ThingsFile",
    "Unit",
]
