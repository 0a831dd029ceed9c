"""A file of people that was read: kept between its dry run and its import, then for its traces."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.organisations.belonging import organisations_where
from accounts.references import new_reference


class PeopleImportQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return those of the organisations that `user` coordinates."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__in=organisations_where(user, "coordinator"))


class PeopleImport(models.Model):
    """One file. Its text is emptied when it is imported, and the next day at the latest.

    `missing` are the memberships that the file did not name, `uninvited` the invitations prepared
    before: proposed, never ended nor withdrawn by themselves.
    """

    ref = models.CharField(max_length=10, unique=True, default=new_reference, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True, editable=False)
    # How many of each kind of change, by the keys of `plan.Change`.
    counts = models.JSONField(default=dict, blank=True)
    missing = models.JSONField(default=list, blank=True)
    uninvited = models.JSONField(default=list, blank=True)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import de personnes"
        verbose_name_plural = "imports de personnes"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(text=""),
                name="accounts_peopleimport_text_not_kept",
            )
        ]

    def __str__(self) -> str:
        return self.file_name or "Import"
