"""Which organisations, verifications and memberships: chained by intent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import Organisation


class OrganisationQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def public_bodies(self) -> Self:
        return self.filter(kind__in=["collectivite", "administration"])

    def collectivites(self) -> Self:
        return self.filter(kind="collectivite")

    def associations(self) -> Self:
        return self.filter(kind="association")

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

    def verified_by(self, organisation: Organisation) -> Self:
        return self.filter(
            verifications__in=organisation.verifications_to_decide.model.objects.live().filter(
                by=organisation
            )
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
