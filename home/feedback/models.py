"""What readers say of a page: whether it helped, and a word to whoever wrote it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from accounts.references import new_reference

LONGEST_COMMENT = 1000


class FeedbackQuerySet(models.QuerySet):
    def in_tree(self, root_path: str) -> Self:
        """Return what was said of the pages of one site."""
        return self.filter(page__path__startswith=root_path)

    def open(self) -> Self:
        """Return what nobody has dealt with yet."""
        return self.filter(settled_at__isnull=True)

    def comments(self) -> Self:
        return self.exclude(comment="")


class PageFeedback(models.Model):
    """One answer to «Cette page vous a-t-elle aidé ?».

    Of who is signed in, one row a page, which they may change; of who is not, a row without
    anybody, which nothing ties to a person, a device or a network.
    """

    # Who has read what is not for the lists of «where this page is used».
    wagtail_reference_index_ignore = True

    class Answer(models.TextChoices):
        YES = "yes", "oui"
        NO = "no", "non"

    ref = models.CharField(max_length=10, unique=True, default=new_reference, editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="feedback")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="page_feedback",
    )
    answer = models.CharField("réponse", max_length=3, choices=Answer.choices)
    comment = models.TextField("mot", blank=True, max_length=LONGEST_COMMENT)
    # Whoever is signed in may put their name to the word; otherwise the desk never sees it.
    is_signed = models.BooleanField("signé", default=False)
    changed_at = models.DateTimeField("donné le", default=timezone.now)
    settled_at = models.DateTimeField("traité le", null=True, blank=True)
    told_on = models.DateField("annoncé le", null=True, blank=True, editable=False)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = "avis sur une page"
        verbose_name_plural = "avis sur les pages"
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["page", "settled_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "user"],
                condition=Q(user__isnull=False),
                name="home_pagefeedback_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["yes", "no"]), name="home_pagefeedback_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(is_signed=False) | (Q(user__isnull=False) & ~Q(comment="")),
                name="home_pagefeedback_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page} : {self.get_answer_display()}"

    @property
    def signature(self) -> str:
        """Return the name of who signed the word, nothing for all others."""
        return self.user.get_full_name() if self.is_signed and self.user else ""
