"""Which public bodies open their catalogues to each other."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from accounts.organisations.models import Organisation
from accounts.organisations.queries import PartnershipQuerySet
from accounts.references import reference_field


class Partnership(models.Model):
    """Two public bodies open their catalogues to each other; both sides accept it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposé"
        ACCEPTED = "accepted", "accepté"
        DECLINED = "declined", "décliné"
        ENDED = "ended", "terminé"

    ref = reference_field()
    proposer = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="propose", related_name="partnerships_proposed"
    )
    partner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name="partenaire",
        related_name="partnerships_received",
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="proposé par", related_name="+"
    )
    proposed_at = models.DateTimeField("proposé le", default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="décidé par",
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True, editable=False)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = "partenariat"
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(proposer=models.F("partner")),
                name="accounts_partnership_two_bodies",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "accepted", "declined", "ended"]),
                name="accounts_partnership_state_known",
            ),
            models.UniqueConstraint(
                Least("proposer", "partner"),
                Greatest("proposer", "partner"),
                condition=Q(state__in=["proposed", "accepted"]),
                name="accounts_partnership_once_per_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposer} et {self.partner}"
