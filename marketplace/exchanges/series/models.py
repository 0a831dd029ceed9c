"""Bookings made together: every Tuesday until June, or the days that one chose."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.references import reference_field
from marketplace.exchanges.series.queries import SeriesQuerySet


class Series(models.Model):
    """What groups exchanges that were asked for together; each keeps its own path.

    Not all are of one listing: a day that was taken may be spent at another place.
    """

    ref = reference_field()
    # 0: days chosen one by one.
    every_weeks = models.PositiveSmallIntegerField("toutes les … semaines", default=0)
    until = models.DateField("jusqu’au", null=True, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "série de réservations"
        verbose_name_plural = "séries de réservations"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks=0, until__isnull=True)
                | Q(every_weeks__gte=1, every_weeks__lte=4, until__isnull=False),
                name="marketplace_series_every_so_many_weeks_until",
            )
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return f"/mes-echanges/series/{self.ref}/"
