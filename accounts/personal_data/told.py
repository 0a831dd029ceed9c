"""What others were told of a person's gestures: found again by who did what, and when.

A notice says people by their name and keeps no key to them. But each gesture of this room that
tells somebody leaves a row with a key, written in the same transaction: a request, an answer, a
line of the journal. A notice of that kind, for that organisation, of that very moment, is of that
person, and of no homonym. What no gesture explains stays until notices are purged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import (
    Invitation,
    JoinRequest,
    Notice,
    Partnership,
    PeopleEvent,
    Role,
    User,
    Verification,
)
from accounts.personal_data.traces import Traces

# Between the row of a gesture and what it tells, in one transaction.
SAME_MOMENT = timedelta(seconds=30)


@dataclass(frozen=True)
class Gesture:
    """Something that the person did, which told others: the notice's kind, for whom, and when."""

    kind: str
    organisation_id: int | None
    at: datetime | None

    def told(self, notice: Notice) -> bool:
        return (
            self.at is not None
            and notice.kind == self.kind
            and notice.organisation_id == self.organisation_id
            and abs(notice.created_at - self.at) < SAME_MOMENT
        )


def told_of(person: User, traces: Traces) -> QuerySet[Notice]:
    """Return the notices that say the person because of what they did themselves."""
    gestures = list(_gestures(person))
    said = Notice.objects.filter(
        traces.said_in("subject", "body"), kind__in={gesture.kind for gesture in gestures}
    )
    theirs = [one.pk for one in said if any(gesture.told(one) for gesture in gestures)]
    return Notice.objects.filter(pk__in=theirs)


def _gestures(person: User) -> Iterator[Gesture]:
    for one in Invitation.objects.filter(used_by=person):
        yield Gesture("invitation_accepted", one.organisation_id, one.used_at)
    for join in JoinRequest.objects.filter(user=person):
        yield Gesture("join_asked", join.association_id, join.asked_at)
    for join in JoinRequest.objects.filter(decided_by=person):
        yield Gesture("join_accepted", join.association_id, join.decided_at)
    for asked in Verification.objects.filter(asked_by=person):
        yield Gesture("verification_asked", asked.by_id, asked.asked_at)
    for decided in Verification.objects.filter(decided_by=person):
        yield Gesture("verification_settled", decided.by_id, decided.decided_at)
    for proposed in Partnership.objects.filter(proposed_by=person):
        yield Gesture("partnership_proposed", proposed.proposer_id, proposed.proposed_at)
    for ended in Partnership.objects.filter(decided_by=person):
        yield Gesture("partnership_ended", None, ended.decided_at)
    # The journal's kinds are those of the notices. A deputy is told in whose place they stand.
    deputies = Role.objects.filter(deputy_for__membership__user=person).values("membership__user")
    named = Q(kind="deputy_named") & (Q(person=person) | Q(person__in=deputies))
    given = Q(kind__in=("role_begun", "role_ended", "deputy_named", "membership_ended"))
    for event in PeopleEvent.objects.filter(given & Q(actor=person) | named):
        yield Gesture(event.kind, event.organisation_id, event.at)
