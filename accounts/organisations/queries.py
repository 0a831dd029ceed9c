"""Which organisations, verifications and partnerships: chained by intent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.organisations.belonging import organisations_of, organisations_where
from accounts.periods import PeriodQuerySet

if TYPE_CHECKING:
    from accounts.models import Organisation

PUBLIC_BODIES = ("collectivite", "administration")


class OrganisationQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def public_bodies(self) -> Self:
        return self.filter(kind__in=PUBLIC_BODIES)

    def collectivites(self) -> Self:
        return self.filter(kind="collectivite")

    def associations(self) -> Self:
        return self.filter(kind="association")

    def belonging_to(self, user: Any) -> Self:
        """Return the open organisations of `user`; none for who is not signed in."""
        if not user.is_authenticated:
            return self.none()
        return self.open().filter(pk__in=organisations_of(user))

    def visible_to(self, user: Any) -> Self:
        """Return those whose file `user` may open: their own, and those they verify.

        A coordinator sees an association once it has asked their collectivité.
        """
        if not user.is_authenticated:
            return self.none()
        coordinated = organisations_where(user, "coordinator")
        return (
            self.open()
            .filter(Q(pk__in=organisations_of(user)) | Q(verifications__by__in=coordinated))
            .distinct()
        )

    def partners_of(self, organisation_ids: list[int]) -> Self:
        """Return those that have an accepted partnership with one of the organisations."""
        accepted_out = Q(
            partnerships_received__state="accepted",
            partnerships_received__proposer__in=organisation_ids,
        )
        accepted_in = Q(
            partnerships_proposed__state="accepted",
            partnerships_proposed__partner__in=organisation_ids,
        )
        return self.filter(accepted_out | accepted_in).distinct()


class MembershipQuerySet(PeriodQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return the memberships, past and to come too, of the public bodies `user` coordinates."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            organisation__in=organisations_where(user, "coordinator"),
            organisation__kind__in=PUBLIC_BODIES,
        )

    def not_over(self) -> Self:
        """Return those in force or to come."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))

    def in_directory_for(self, user: Any, organisation: Organisation) -> Self:
        """Return those of `organisation` who chose to appear in its directory.

        Only its own members, while they are, read it.
        """
        if not user.is_authenticated:
            return self.none()
        return self.live().filter(
            organisation=organisation.pk,
            organisation__in=organisations_of(user),
            in_directory=True,
            user__is_active=True,
        )


class VerificationQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Return the verifications that are in force now."""
        now = timezone.now()
        return self.filter(state="verified").filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        )

    def waiting(self) -> Self:
        return self.filter(state="asked")

    def visible_to(self, user: Any) -> Self:
        """Return those asked of a collectivité that `user` coordinates."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(by__in=organisations_where(user, "coordinator"))


class PartnershipQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return those of the public bodies that `user` coordinates."""
        if not user.is_authenticated:
            return self.none()
        mine = organisations_where(user, "coordinator")
        return self.filter(Q(proposer__in=mine) | Q(partner__in=mine))

    def waiting(self) -> Self:
        return self.filter(state="proposed")
