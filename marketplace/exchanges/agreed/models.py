"""What two sides agreed on, as it stood that day."""

from __future__ import annotations

from django.db import models

from marketplace.exchanges.models import Exchange


class AgreedTerm(models.Model):
    """One line of the terms as they were when both sides said yes: a listing may change since."""

    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="agreed_terms"
    )
    label = models.CharField("intitulé", max_length=60)
    words = models.TextField("ce qui est convenu")

    class Meta:
        verbose_name = "condition convenue"
        verbose_name_plural = "conditions convenues"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "label"], name="marketplace_agreed_term_once"
            )
        ]

    def __str__(self) -> str:
        return self.label
