"""How a person comes in: an invitation by e-mail or on paper."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.organisations.belonging import organisations_where
from accounts.references import new_reference

# Wrong codes after which an invitation is closed.
MAX_ATTEMPTS = 5


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return those of the organisations for which `user` may invite."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            models.Q(organisation__in=organisations_where(user, "coordinator"))
            | models.Q(
                organisation__kind="association",
                organisation__in=organisations_where(user, "representative"),
            )
        )

    def open(self) -> Self:
        """Return those that can still be accepted."""
        return self.filter(
            used_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=timezone.now(),
            attempts__lt=MAX_ATTEMPTS,
        )


class Invitation(models.Model):
    """An invitation to join an organisation, sent by e-mail or printed with a QR and a code.

    The code is never kept: it is computed from the reference, the version and the secret key, and
    `code_hash` only finds the invitation of a code that someone types. It expires and locks.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "par courriel"
        PRINT = "print", "imprimée"

    ref = models.CharField(max_length=10, unique=True, default=new_reference, editable=False)
    channel = models.CharField("envoyée", max_length=5, choices=Channel.choices)
    email = models.EmailField("adresse électronique", blank=True)
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="invitations"
    )
    department = models.ForeignKey(
        "accounts.Department", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    job_title = models.CharField("métier", max_length=120, blank=True)
    # Kinds of Role given on acceptance.
    roles = models.JSONField("rôles", default=list)
    code_version = models.PositiveSmallIntegerField(default=1, editable=False)
    code_hash = models.CharField(max_length=128, editable=False, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField("valable jusqu’au")
    used_at = models.DateTimeField(null=True, blank=True, editable=False)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations_used",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel="print") | ~models.Q(email=""),
                name="accounts_invitation_email_has_address",
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True, used_by__isnull=True)
                | models.Q(used_at__isnull=False, used_by__isnull=False),
                name="accounts_invitation_used_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.ref}"

    @property
    def is_open(self) -> bool:
        return (
            self.used_at is None
            and self.withdrawn_at is None
            and self.expires_at > timezone.now()
            and not self.is_locked
        )

    @property
    def is_locked(self) -> bool:
        return self.attempts >= MAX_ATTEMPTS
