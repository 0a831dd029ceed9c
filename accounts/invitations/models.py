"""How a person comes in: an invitation by e-mail or on paper."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.days import last_day
from accounts.organisations.belonging import organisations_where
from accounts.organisations.models import Role
from accounts.references import reference_field

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
        now = timezone.now()
        return self.filter(
            models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=now),
            used_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=now,
            attempts__lt=MAX_ATTEMPTS,
        )

    def prepared(self) -> Self:
        """Return those that an import prepared and that nobody has sent yet."""
        return self.open().filter(sent_at__isnull=True)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)


class Invitation(models.Model):
    """An invitation to join an organisation, sent by e-mail or printed with a QR and a code.

    The code is never kept: it is computed from the reference, the version and the secret key, and
    `code_hash` only finds the invitation of a code that someone types. It expires and locks.

    An import prepares invitations that wait to be sent: they say what the file said, and nobody
    asks whether the address has an account here.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "par courriel"
        PRINT = "print", "imprimée"

    ref = reference_field()
    channel = models.CharField("envoyée", max_length=5, choices=Channel.choices)
    email = models.EmailField("adresse électronique", blank=True)
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        verbose_name="organisme",
        related_name="invitations",
    )
    department = models.ForeignKey(
        "accounts.Department",
        models.SET_NULL,
        verbose_name="service",
        null=True,
        blank=True,
        related_name="+",
    )
    job_title = models.CharField("métier", max_length=120, blank=True)
    # Kinds of Role given on acceptance.
    roles = models.JSONField("rôles", default=list)
    # The end of the membership, when it is known beforehand.
    ends_at = models.DateTimeField("appartenance jusqu’au", null=True, blank=True)
    code_version = models.PositiveSmallIntegerField("version du code", default=1, editable=False)
    code_hash = models.CharField("empreinte du code", max_length=128, editable=False, db_index=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0, editable=False)
    # None for an import by the command, until somebody sends it.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="invité par",
        null=True,
        blank=True,
        related_name="invitations_sent",
    )
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    # By e-mail or printed; None: prepared, and not sent yet.
    sent_at = models.DateTimeField(
        "envoyée le", null=True, blank=True, default=timezone.now, editable=False
    )
    expires_at = models.DateTimeField("valable jusqu’au")
    used_at = models.DateTimeField("utilisée le", null=True, blank=True, editable=False)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="utilisée par",
        null=True,
        blank=True,
        related_name="invitations_used",
    )
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True, editable=False)

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
            and not self.is_over
            and not self.is_locked
        )

    @property
    def is_over(self) -> bool:
        """Return whether the membership that it offers would have ended."""
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def last_day(self) -> date | None:
        return last_day(self.ends_at)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def given_roles(self) -> list[str]:
        """Return what is given besides being an agent, in words."""
        return [Role.Kind(kind).label for kind in self.roles if kind != Role.Kind.AGENT]

    @property
    def sender(self) -> str:
        """Return who invites, as a sentence begins with it."""
        if self.invited_by_id:
            return str(self.invited_by)
        return "La coordination"

    @property
    def is_locked(self) -> bool:
        return self.attempts >= MAX_ATTEMPTS
