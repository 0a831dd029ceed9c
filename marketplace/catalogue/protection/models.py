"""What an organisation has confirmed of what protects its agents: data, with source and date."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organisation
from marketplace.choices import WhoseTime


class ProtectionText(models.Model):
    """The words of one organisation for one kind of time, and who confirmed them.

    Without a row, or without a confirmation in force, pages say «à confirmer».
    """

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        verbose_name="organisme",
        related_name="protection_texts",
    )
    whose_time = models.CharField("sur quel temps", max_length=10, choices=WhoseTime.choices)
    short = models.CharField("en une phrase", max_length=300)
    pay = models.TextField("ma rémunération", max_length=1000)
    accident = models.TextField("en cas d’accident", max_length=1000)
    replacement = models.TextField("qui me remplace", max_length=1000)
    stopping = models.TextField("comment j’arrête", max_length=1000)
    source = models.CharField("d’où vient le texte", max_length=300, blank=True)
    confirmed_by = models.CharField("confirmé par", max_length=120, blank=True)
    confirmed_on = models.DateField("confirmé le", null=True, blank=True)
    valid_until = models.DateField("valable jusqu’au", null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="modifié par",
        null=True,
        related_name="+",
    )
    changed_at = models.DateTimeField("modifié le", default=timezone.now)

    class Meta:
        verbose_name = "ce qui protège les agents"
        verbose_name_plural = "ce qui protège les agents"
        ordering = ["organisation", "whose_time"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "whose_time"], name="marketplace_protection_once"
            ),
            models.CheckConstraint(
                condition=Q(whose_time__in=WhoseTime.values),
                name="marketplace_protection_time_known",
            ),
            models.CheckConstraint(
                condition=(Q(confirmed_on__isnull=True) & Q(confirmed_by=""))
                | (Q(confirmed_on__isnull=False) & ~Q(confirmed_by="")),
                name="marketplace_protection_confirmed_by_and_on",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(confirmed_on__isnull=True)
                | Q(valid_until__gte=F("confirmed_on")),
                name="marketplace_protection_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_whose_time_display()})"

    @property
    def is_confirmed(self) -> bool:
        """Return whether somebody confirmed these words, and they still hold today."""
        if self.confirmed_on is None:
            return False
        return self.valid_until is None or self.valid_until >= timezone.localdate()
