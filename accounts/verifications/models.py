"""Whom a collectivité knows among associations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.organisations.models import Organisation
from accounts.organisations.queries import VerificationQuerySet
from accounts.references import reference_field


class Verification(models.Model):
    """A collectivité knows an association, or not (yet)."""

    class State(models.TextChoices):
        ASKED = "asked", "en attente"
        VERIFIED = "verified", "vérifiée"
        REFUSED = "refused", "refusée"
        ENDED = "ended", "terminée"

    ref = reference_field()
    association = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="association", related_name="verifications"
    )
    by = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="par", related_name="verifications_to_decide"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandé par", related_name="+"
    )
    asked_at = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    message = models.TextField("message", blank=True, max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="décidé par",
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True, editable=False)
    reason = models.TextField("raison", blank=True, max_length=1000)
    expires_at = models.DateTimeField("valable jusqu’au", null=True, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = "vérification"
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "by"],
                condition=Q(state__in=["asked", "verified"]),
                name="accounts_verification_once_per_pair",
                violation_error_message="La demande est déjà faite auprès de cette collectivité.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "verified", "refused", "ended"]),
                name="accounts_verification_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False),
                name="accounts_verification_decided_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="accounts_verification_refusal_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association} par {self.by}"
