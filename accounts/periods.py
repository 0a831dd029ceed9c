"""Half-open periods in two columns: `starts_at` included, `ends_at` excluded, null for open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts import days


class PeriodQuerySet(models.QuerySet):
    def live(self, at: datetime | None = None) -> Self:
        """Return the rows in force at `at` (aware; now by default)."""
        return self.filter(live_q(at=at))


def live_q(prefix: str = "", at: datetime | None = None) -> Q:
    """Return the condition «in force at `at`», for rows reached through `prefix` (`role__`)."""
    at = at or timezone.now()
    started = Q(**{f"{prefix}starts_at__lte": at})
    not_ended = Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": at})
    return started & not_ended


class Period(models.Model):
    starts_at = models.DateTimeField("à partir du", default=timezone.now)
    ends_at = models.DateTimeField("jusqu’au", null=True, blank=True)

    objects: ClassVar[Any] = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="%(app_label)s_%(class)s_period_in_order",
                violation_error_message="La fin doit venir après le début.",
            )
        ]

    @property
    def is_live(self) -> bool:
        now = timezone.now()
        return self.starts_at <= now and (self.ends_at is None or self.ends_at > now)

    @property
    def is_to_come(self) -> bool:
        return self.starts_at > timezone.now() and self.ends_at != self.starts_at

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def last_day(self) -> date | None:
        return days.last_day(self.ends_at)
