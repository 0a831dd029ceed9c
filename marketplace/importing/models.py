"""A file of things that waits for its answer, between its dry run and the import."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.readers import reader_for
from accounts.references import reference_field


class ThingsFileQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return those of the organisations that `user` coordinates."""
        return self.filter(organisation__in=reader_for(user).organisations_with_role("coordinator"))


class ThingsFile(models.Model):
    """One file. Its text is emptied when it is imported, and the next day at the latest."""

    ref = reference_field()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="organisme", related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="envoyé par", related_name="+"
    )
    file_name = models.CharField("fichier", max_length=200, blank=True)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField("envoyé le", default=timezone.now, editable=False)
    applied_at = models.DateTimeField("importé le", null=True, blank=True, editable=False)
    counts = models.JSONField(default=dict, blank=True)

    objects = ThingsFileQuerySet.as_manager()

    class Meta:
        verbose_name = "import de matériel"
        verbose_name_plural = "imports de matériel"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(text=""),
                name="marketplace_thingsfile_text_not_kept",
            )
        ]

    def __str__(self) -> str:
        return self.file_name or "Import"
