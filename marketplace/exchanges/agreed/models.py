"""What two sides agreed on, as it stood that day."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from marketplace.exchanges.models import Exchange


class AgreedTermQuerySet(models.QuerySet):
    def of_listings(self, listings: Any) -> Self:
        """Return what was agreed on these listings, asked for or offered in answer."""
        return self.filter(Q(exchange__listing__in=listings) | Q(exchange__offer__in=listings))


class AgreedTerm(models.Model):
    """One line of the terms as they were when both sides said yes: a listing may change since."""

    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="agreed_terms"
    )
    label = models.CharField("intitulé", max_length=60)
    words = models.TextField("ce qui est convenu")

    objects = AgreedTermQuerySet.as_manager()

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
