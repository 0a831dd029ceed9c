"""Charters that a listing asks to accept: their versions, and who accepted which."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.references import reference_field


class Charter(models.Model):
    """The charter of an organisation for some of its things; its text is in its versions."""

    ref = reference_field()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="organisme", related_name="charters"
    )
    title = models.CharField("titre", max_length=120)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "charte"
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class CharterVersion(models.Model):
    """One state of the text: it never changes, another one follows it."""

    charter = models.ForeignKey(
        Charter, models.CASCADE, verbose_name="charte", related_name="versions"
    )
    number = models.PositiveSmallIntegerField("version")
    text = models.TextField("texte", max_length=10_000)
    changes = models.CharField("ce qui change", max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="écrite par", related_name="+"
    )
    made_at = models.DateTimeField("en vigueur depuis", default=timezone.now)

    class Meta:
        verbose_name = "version d’une charte"
        verbose_name_plural = "versions des chartes"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "number"], name="marketplace_charter_version_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="marketplace_charter_version_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charter}, version {self.number}"


class CharterAcceptance(models.Model):
    """Who accepted which version, for which organisation, when."""

    version = models.ForeignKey(
        CharterVersion, models.PROTECT, verbose_name="version", related_name="acceptances"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="acceptée par",
        related_name="charters_accepted",
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "acceptation d’une charte"
        verbose_name_plural = "acceptations des chartes"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "user"], name="marketplace_charter_accepted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.at:%d/%m/%Y})"
