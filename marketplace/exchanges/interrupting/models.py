"""The end of an exchange that stops before its time: announced by somebody, for a day."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from marketplace.exchanges.models import Exchange


class InterruptionQuerySet(models.QuerySet):
    def that_count(self) -> Self:
        """Return those that nobody took back."""
        return self.filter(taken_back_at__isnull=True)


class Interruption(models.Model):
    """Announced for an exchange; until `stops_at` it goes on as agreed.

    One at a time: who announced it may take it back until then.
    """

    class Code(models.TextChoices):
        UNAVAILABLE = "unavailable", "La personne, le lieu ou le matériel n’est plus disponible"
        NEEDED = "needed", "On en a besoin ailleurs"
        NO_NEED = "no_need", "Ce n’est plus nécessaire"
        CONDITIONS = "conditions", "Les conditions ne sont plus réunies"
        SAFETY = "safety", "Sécurité : il faut arrêter tout de suite"
        OTHER = "other", "Autre raison"

    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="interruptions"
    )
    code = models.CharField("raison", max_length=12, choices=Code.choices)
    words = models.TextField("en quelques mots", max_length=1000, blank=True)
    stops_at = models.DateTimeField("s’arrête le")
    # What had been agreed: the exchange itself now ends at `stops_at`.
    planned_until = models.DateTimeField("devait durer jusqu’au", null=True, blank=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="annoncé par", related_name="+"
    )
    announced_for = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    announced_at = models.DateTimeField("annoncé le", default=timezone.now)
    taken_back_at = models.DateTimeField("repris le", null=True, blank=True)

    objects = InterruptionQuerySet.as_manager()

    class Meta:
        verbose_name = "arrêt d’un échange"
        verbose_name_plural = "arrêts d’échanges"
        ordering = ["-announced_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange"],
                condition=Q(taken_back_at__isnull=True),
                name="marketplace_interruption_one_that_counts",
            ),
            models.CheckConstraint(
                condition=~Q(code="other") | ~Q(words=""),
                name="marketplace_interruption_other_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange} : {self.get_code_display()}"

    @property
    def reason(self) -> str:
        """Return the reason as both sides read it."""
        label = "" if self.code == self.Code.OTHER else f"{self.get_code_display()}."
        return " ".join(part for part in (label, self.words) if part)
