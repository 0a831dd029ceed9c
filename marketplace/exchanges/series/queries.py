"""Which series: whoever may see one of its exchanges sees the series, and those exchanges of it."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db import models


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return the series of which `user` may read an exchange."""
        # By its name: exchanges point to series.
        exchanges = apps.get_model("marketplace", "Exchange").objects.visible_to(user)
        grouped = exchanges.filter(series__isnull=False).order_by()
        return self.filter(pk__in=grouped.values("series"))
