"""What a person is told: a row first, shown in the application, then sent as they chose."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.references import reference_field


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return what was told to `user`."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing told to one person, on behalf of one organisation.

    `must_send` marks what cannot wait for a digest nor be switched off (an invitation's answer,
    a sign-in): everything else follows the person's `notice_rhythm`.
    """

    ref = reference_field()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="destinataire",
        related_name="notices",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        verbose_name="organisme",
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField("genre", max_length=60, db_index=True)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte")
    # Path on the recipient's host, made absolute when the e-mail is written.
    path = models.CharField("page", max_length=300, blank=True)
    action = models.CharField("libellé du lien", max_length=80, blank=True)
    # An appointment, as the file that calendars read; joined to the e-mail that tells it alone.
    calendar = models.TextField("rendez-vous joint", blank=True)
    # The path that stops what told it, and nothing else: an alert. Empty: all e-mails.
    stop_path = models.CharField("page qui l’arrête", max_length=300, blank=True)
    must_send = models.BooleanField("toujours envoyé", default=False)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    read_at = models.DateTimeField("lu le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    # Decided when it is told: a change of rhythm does not send again what was already there.
    send_at_once = models.BooleanField("envoyé tout de suite", default=False)
    # Refusals of the mail server, and when to try again: not while somebody is sending it either.
    failures = models.PositiveSmallIntegerField("échecs", default=0)
    retry_at = models.DateTimeField("nouvel essai le", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "nouvelle"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at"]),
            models.Index(
                fields=["created_at"],
                condition=models.Q(sent_at__isnull=True),
                name="accounts_notice_unsent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
