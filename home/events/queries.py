"""Which events, in which order, with how many people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from home.events.models import SignUp
from home.queries import VisiblePageQuerySet


class EventQuerySet(VisiblePageQuerySet):
    def to_come(self, at: datetime | None = None) -> Self:
        """Return those that are not over at `at` (now by default), the next first."""
        return self.filter(ends_at__gt=at or timezone.now()).order_by("starts_at", "pk")

    def over(self, at: datetime | None = None) -> Self:
        """Return those that are over, the last first."""
        return self.filter(ends_at__lte=at or timezone.now()).order_by("-starts_at", "-pk")

    def taking_place(self) -> Self:
        return self.live().filter(cancel_reason="")

    def with_sign_ups(self, user: Any) -> Self:
        """Return the events, each with `coming_count`, `waiting_count` and `own_state` (the
        person's, or None), in the same query."""
        own = SignUp.objects.visible_to(user).filter(event=OuterRef("pk"))
        return self.annotate(
            coming_count=_count(SignUp.objects.coming()),
            waiting_count=_count(SignUp.objects.waiting()),
            own_state=Subquery(own.values("state")[:1]),
        )


def _count(sign_ups: QuerySet[SignUp]) -> Coalesce:
    counted = (
        sign_ups.filter(event=OuterRef("pk"))
        .order_by()
        .values("event")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
