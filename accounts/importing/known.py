"""Whom the collectivité knows already, by address: its members, and those whom it has invited."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Prefetch, Q
from django.utils import timezone

from accounts.models import Department, Invitation, Membership, Organisation, Role


class Known:
    """The people of one collectivité; five queries, whatever the number of people.

    Nothing here asks whether an address has an account: only what this collectivité did counts.
    """

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.members = _members(organisation)
        invited = list(
            organisation.invitations.exclude(email="")
            .select_related("department")
            .order_by("created_at", "pk")
        )
        by_person = {one.user_id: one for one in self.members}
        self._members: dict[str, Membership] = {}
        self._waiting: dict[str, Invitation] = {}
        self._invited: set[str] = set()
        for one in invited:
            email = one.email.lower()
            self._invited.add(email)
            # Accepted with an account that has another address: they are here all the same.
            if one.used_by_id in by_person:
                self._members[email] = by_person[one.used_by_id]
            if one.used_at is None and one.withdrawn_at is None and (one.sent_at or one.is_open):
                self._waiting[email] = one  # the latest
        self._members |= {one.user.email.lower(): one for one in self.members}

    @property
    def waiting(self) -> list[Invitation]:
        """Return what was neither accepted nor withdrawn: sent, even long ago, or prepared."""
        return list(self._waiting.values())

    def member_at(self, email: str) -> Membership | None:
        return self._members.get(email)

    def invitation_at(self, email: str) -> Invitation | None:
        return self._waiting.get(email)

    def managed_by(self, email: str) -> list[Department]:
        """Return what whoever has this address manages, or will on accepting their invitation."""
        if member := self.member_at(email):
            roles = [role for role in member.held if role.kind == Role.Kind.MANAGER]  # type: ignore[attr-defined]
            found = [role.department or member.department for role in roles]
        else:
            invitation = self.invitation_at(email)
            leads = invitation is not None and Role.Kind.MANAGER in invitation.roles
            found = [invitation.department] if invitation and leads else []
        return [one for one in found if one is not None]

    def was_here(self, email: str) -> bool:
        """Return whether the person was invited or was a member before."""
        return email in self._invited or email in self._former

    @cached_property
    def _former(self) -> set[str]:
        over = self.organisation.memberships.filter(ends_at__lte=timezone.now())
        return {email.lower() for email in over.values_list("user__email", flat=True)}


def _members(organisation: Organisation) -> list[Membership]:
    """Return the memberships in force or to come, one for each person; two queries."""
    managing = Role.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()), deputy_for__isnull=True
    ).select_related("department")
    found = (
        organisation.memberships.not_over()
        .select_related("user", "department")
        .prefetch_related(Prefetch("roles", managing, to_attr="held"))
        .order_by("-ends_at", "pk")
    )
    # Of two that follow one another, the one without an end, else the last to end.
    last_first = sorted(found, key=lambda one: (one.ends_at is None, one.ends_at or one.pk))
    return list({one.user_id: one for one in last_first}.values())
