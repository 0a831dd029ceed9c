"""The models of this room, one Django app, one line of migrations."""

from home.bookmarks.models import Bookmark
from home.calls.models import CallAnswer, CallPage, CallQuestion
from home.checklists.models import ChecklistTick
from home.events.models import SignUp
from home.events.pages import EventPage
from home.feedback.models import PageFeedback
from home.frame.models import SiteAlert, SiteNavigation
from home.launch.models import Guest, ManagersLetter, Tick, Wave
from home.legal.pages import AccessibilityPage, LegalNoticePage, PersonalDataPage
from home.media.models import (
    EditorialDocument,
    EditorialImage,
    EditorialRendition,
    EditorialTag,
    TaggedDocument,
    TaggedImage,
)
from home.pages.articles import ArticlePage
from home.pages.guides import GuidePage
from home.pages.homes import HomePage, PlatformHomePage
from home.pages.reading import ContentPage, NewsPage
from home.pages.sections import InternalPage, SectionPage
from home.pages.stories import StoryPage
from home.pages.tracks import SchemePage, TrackPage
from home.rereading.models import PublishingPolicy, RereadingTask
from home.site_settings import SiteIdentity
from home.tags.models import TaggedPage
from home.tenancy.models import Tenancy
from home.upkeep.models import LinkCheck, ReviewReminder

__all__ = [
    "AccessibilityPage",
    "ArticlePage",
    "Bookmark",
    "CallAnswer",
    "CallPage",
    "CallQuestion",
    "ChecklistTick",
    "ContentPage",
    "EditorialDocument",
    "EditorialImage",
    "EditorialRendition",
    "EditorialTag",
    "EventPage",
    "Guest",
    "GuidePage",
    "HomePage",
    "InternalPage",
    "LegalNoticePage",
    "LinkCheck",
    "ManagersLetter",
    "NewsPage",
    "PageFeedback",
    "PersonalDataPage",
    "PlatformHomePage",
    "PublishingPolicy",
    "RereadingTask",
    "ReviewReminder",
    "SchemePage",
    "SectionPage",
    "SignUp",
    "SiteAlert",
    "SiteIdentity",
    "SiteNavigation",
    "StoryPage",
    "TaggedDocument",
    "TaggedImage",
    "TaggedPage",
    "Tenancy",
    "Tick",
    "TrackPage",
    "Wave",
]
