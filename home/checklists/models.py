"""What a person has ticked, on which page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.models import Page


class ChecklistTick(models.Model):
    """One line of a checklist that one person has done. A line unticked has no row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="checklist_ticks"
    )
    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    # The line's own identifier in the page: it stays when its words or its place change.
    item = models.CharField(max_length=36)
    ticked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "item"], name="home_ticked_once")
        ]

    def __str__(self) -> str:
        return f"{self.page_id}/{self.item}"
