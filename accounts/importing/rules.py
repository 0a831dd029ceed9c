"""A file of people: kept for its dry run, imported once, then proposing who may have left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.importing.applying import apply
from accounts.importing.plan import Plan, plan_for
from accounts.importing.reading import table_of, text_of
from accounts.invitations.rules import withdraw
from accounts.members.hold import Refused, hold
from accounts.members.rules import end_membership
from accounts.models import Invitation, Membership, Organisation, PeopleImport, User


def keep_file(organisation: Organisation, by: User, name: str, content: bytes) -> PeopleImport:
    """Return the file, kept for its dry run. Raises Unreadable."""
    text = text_of(content)
    table_of(text)
    return PeopleImport.objects.keep(organisation, by, name, text)


def dry_run(kept: PeopleImport, actor: User) -> Plan:
    """Return what `actor` would do today by importing the file. Raises Unreadable or Refused."""
    if not kept.text:
        raise Refused("Ce fichier a été importé, ou n’est plus gardé : envoyez-le de nouveau.")
    return plan_for(kept.organisation, table_of(kept.text), actor)


@transaction.atomic
def import_file(kept: PeopleImport, actor: User) -> PeopleImport:
    """Import the file, once; returns it with what was done and who is missing. Raises Refused."""
    kept = (
        PeopleImport.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=kept.pk)
    )
    if not kept.text:
        raise Refused("Ce fichier a déjà été importé, ou n’est plus gardé.")
    plan = apply(kept.organisation, table_of(kept.text), actor)
    kept.text = ""
    kept.by, kept.applied_at = actor, timezone.now()
    kept.counts = plan.counts
    kept.missing = [one.pk for one in plan.missing]
    kept.uninvited = [one.pk for one in plan.not_wanted]
    kept.save()
    return kept


def proposed_ends(kept: PeopleImport) -> QuerySet[Membership]:
    """Return the members whom the file did not name and who are still here, by name."""
    found: Any = kept.organisation.memberships.filter(pk__in=kept.missing, ends_at__isnull=True)
    return found.select_related("user", "department").order_by(
        "user__last_name", "user__first_name", "pk"
    )


def proposed_withdrawals(kept: PeopleImport) -> QuerySet[Invitation]:
    """Return the invitations that the file did not name and that nobody has sent, by name."""
    found: Any = Invitation.objects.prepared().filter(
        organisation=kept.organisation, pk__in=kept.uninvited
    )
    return found.select_related("department").order_by("last_name", "first_name", "pk")


@transaction.atomic
def end_missing(
    kept: PeopleImport, memberships: list[Membership], invitations: list[Invitation], actor: User
) -> int:
    """End and withdraw what somebody ticked, all or none; returns how many. Raises Refused."""
    hold(kept.organisation, actor)
    for membership in memberships:
        end_membership(membership, actor)
    return len(memberships) + sum(withdraw(invitation) for invitation in invitations)


def forget_old(now: datetime | None = None) -> int:
    """Forget old files of people; returns how many. `tick` runs it."""
    return PeopleImport.objects.forget_old(now)


def forget_person(user: User) -> None:
    """Whoever erases their account is in no file that waits."""
    PeopleImport.objects.forget_person(user)
