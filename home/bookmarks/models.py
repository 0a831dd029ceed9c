"""A page that a person keeps, to find it again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.models import Page


class Bookmark(models.Model):
    # Who keeps what is not for the lists of «where this page is used».
    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookmarks")
    page = models.ForeignKey(Page, models.CASCADE, related_name="bookmarks")
    kept_at = models.DateTimeField("gardée le", default=timezone.now)

    class Meta:
        verbose_name = "page gardée"
        verbose_name_plural = "pages gardées"
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="home_bookmark_once")]

    def __str__(self) -> str:
        return f"{self.page} ({self.user})"
