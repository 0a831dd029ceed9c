"""Which resources and allocations: chained by intent."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ResourceQuerySet(models.QuerySet):
    def for_calendar(self) -> Self:
        """Fetch at once what the calendar of a resource needs, but its allocations."""
        return self.select_related("commune").prefetch_related("units", "opening_hours", "closures")


class AllocationQuerySet(models.QuerySet):
    def live(self, at: datetime | None = None) -> Self:
        """Return what counts: firm, or held and not lapsed at `at` (now by default)."""
        return self.exclude(state="released").exclude(
            Q(state="held", held_until__lte=at or timezone.now())
        )

    def lapsed(self, at: datetime | None = None) -> Self:
        """Return what is still written as held though its time is over."""
        return self.filter(state="held", held_until__lte=at or timezone.now())

    def within(self, starts: datetime, ends: datetime) -> Self:
        """Return those that overlap the half-open period."""
        return self.filter(starts_at__lt=ends, ends_at__gt=starts)
