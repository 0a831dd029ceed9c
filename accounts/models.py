"""The models of this room, one Django app, one line of migrations."""

from accounts.importing.models import PeopleImport
from accounts.invitations.models import Invitation
from accounts.joining.models import JoinRequest
from accounts.members.models import PeopleEvent
from accounts.notices.models import Notice
from accounts.openid.models import HandOver, IdentityProvider
from accounts.organisations.models import (
    Department,
    Fact,
    Membership,
    Organisation,
    Role,
)
from accounts.partnerships.models import Partnership
from accounts.people.models import User, Visit
from accounts.personal_data.models import Purge, PurgeCount, RetentionChoice
from accounts.places.models import Commune, Epci
from accounts.verifications.models import Verification

__all__ = [
    "Commune",
    "Department",
    "Epci",
    "Fact",
    "HandOver",
    "IdentityProvider",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Notice",
    "Organisation",
    "Partnership",
    "PeopleEvent",
    "PeopleImport",
    "Purge",
    "PurgeCount",
    "RetentionChoice",
    "Role",
    "User",
    "Verification",
    "Visit",
]
