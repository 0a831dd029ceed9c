"""How long a collectivité keeps what, and what the purges did: counts, never a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class RetentionChoice(models.Model):
    """How long one public body keeps one kind; without a row, the kind's default holds."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="retention_choices"
    )
    key = models.CharField(max_length=40)
    months = models.PositiveSmallIntegerField("mois")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "durée de conservation"
        verbose_name_plural = "durées de conservation"
        ordering = ["organisation", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key"], name="accounts_retention_chosen_once"
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1), name="accounts_retention_at_least_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.key} : {self.months} mois"


class Purge(models.Model):
    """The purge of one day. Its row is claimed first, so that two processes do not both purge."""

    day = models.DateField(unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    # Empty while it runs, and when something failed: it is then tried again.
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "purge"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"Purge du {self.day:%d/%m/%Y}"


class PurgeCount(models.Model):
    """How many of a kind were erased for an organisation (None: what belongs to no public body)."""

    purge = models.ForeignKey(Purge, models.CASCADE, related_name="counts")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, blank=True, related_name="+"
    )
    key = models.CharField(max_length=40)
    # What started to be counted before this was erased.
    before = models.DateTimeField()
    count = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="accounts_purge_of_something")
        ]

    def __str__(self) -> str:
        return f"{self.key} : {self.count}"
