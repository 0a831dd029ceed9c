"""What is kept about pages so that they stay true: reminders sent, links that lead nowhere."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from wagtail.models import Page


class ReviewReminder(models.Model):
    """Somebody was told that the page has passed this date; told once a date."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="review_reminders")
    due = models.DateField("à relire avant le")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "rappel de relecture"
        verbose_name_plural = "rappels de relecture"
        constraints = [
            models.UniqueConstraint(fields=["page", "due"], name="home_reviewreminder_once_a_date")
        ]


class LinkCheck(models.Model):
    """What the links of a published page were worth when they were last looked at."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="link_check")
    checked_at = models.DateTimeField(default=timezone.now)
    # [{"words": what one reads, "place": in which block, "reason": a key of links.REASONS}]
    broken = models.JSONField(default=list)
    broken_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "examen des liens"
        verbose_name_plural = "examens des liens"
        indexes = [
            models.Index(
                fields=["page"],
                condition=models.Q(broken_count__gt=0),
                name="home_linkcheck_broken",
            )
        ]
