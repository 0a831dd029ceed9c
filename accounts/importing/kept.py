"""A file sent to be imported: kept between its dry run and its import, then for its traces.

One abstract model for all rooms: each says what its lines are, and what importing them does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.organisations.belonging import organisations_where
from accounts.references import reference_field
from accounts.words import clean

# The text of a file holds names and addresses: it waits a day for the answer, no more.
TEXT_KEPT = timedelta(hours=24)
TRACE_KEPT = timedelta(days=30)


class KeptFileQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return those of the organisations that `user` coordinates."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__in=organisations_where(user, "coordinator"))

    def keep(self, organisation: Any, by: Any, name: str, text: str) -> Any:
        """Return the file, kept for its dry run."""
        return self.create(organisation=organisation, by=by, file_name=clean(name, 200), text=text)

    def forget_old(self, now: datetime | None = None) -> int:
        """Forget the files that nobody imported, and the traces of old imports; returns how many.

        Idempotent.
        """
        now = now or timezone.now()
        waited = Q(applied_at__isnull=True, created_at__lt=now - TEXT_KEPT)
        return self.filter(waited | Q(created_at__lt=now - TRACE_KEPT)).delete()[0]

    def forget_person(self, user: Any) -> None:
        """Whoever erases their account is in no file that waits."""
        self.filter(text__icontains=user.email).delete()


class KeptFile(models.Model):
    """One file. Its text is emptied when it is imported, and the next day at the latest."""

    ref = reference_field()
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, verbose_name="organisme", related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="envoyé par",
        null=True,
        blank=True,
        related_name="+",
    )
    file_name = models.CharField("fichier", max_length=200, blank=True)
    text = models.TextField("texte", blank=True)
    created_at = models.DateTimeField("envoyé le", default=timezone.now, editable=False)
    applied_at = models.DateTimeField("importé le", null=True, blank=True, editable=False)
    # How many of each kind of change, by the keys of the plan.
    counts = models.JSONField("décompte", default=dict, blank=True)

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(text=""),
                name="%(app_label)s_%(class)s_text_not_kept",
            )
        ]

    def __str__(self) -> str:
        return self.file_name or "Import"
