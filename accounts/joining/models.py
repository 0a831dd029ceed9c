"""The second volunteer of a known association asks to join it."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.organisations.belonging import organisations_where
from accounts.references import reference_field


class JoinRequestQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(state="asked")

    def visible_to(self, user: Any) -> Self:
        """Return those that `user` may answer.

        A representative answers for the association, a coordinator for those that their
        collectivité verified.
        """
        if not user.is_authenticated:
            return self.none()
        now = timezone.now()
        verified = Q(association__verifications__state="verified") & (
            Q(association__verifications__expires_at__isnull=True)
            | Q(association__verifications__expires_at__gt=now)
        )
        return self.filter(
            Q(association__in=organisations_where(user, "representative"))
            | (
                verified
                & Q(association__verifications__by__in=organisations_where(user, "coordinator"))
            )
        ).distinct()


class JoinRequest(models.Model):
    """A person asks to act for an association that is already known here."""

    class State(models.TextChoices):
        ASKED = "asked", "en attente"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    ref = reference_field()
    association = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        verbose_name="association",
        related_name="join_requests",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="personne",
        related_name="join_requests",
    )
    message = models.TextField("message", blank=True, max_length=1000)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="décidé par",
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True, editable=False)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande pour rejoindre"
        verbose_name_plural = "demandes pour rejoindre"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "user"],
                condition=Q(state="asked"),
                name="accounts_join_request_waiting_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted", "refused"]),
                name="accounts_join_request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False),
                name="accounts_join_request_decided_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} pour {self.association}"
