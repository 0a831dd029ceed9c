"""Guides: how to do something, step by step, and until when one may rely on it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page

from home.pages.authors import AUTHOR_PANELS, AuthorMixin
from home.pages.linked_offers import OFFERS_PANEL, LinkedOffersMixin
from home.pages.mixins import TrackMixin
from home.pages.reading import AUDIENCE, PICTURE, RELATED, ReadingPage
from home.typography import NBSP


class GuidePage(LinkedOffersMixin, TrackMixin, AuthorMixin, ReadingPage):
    template = "home/guide_page.html"
    kind_icon = "book-2"
    kind_label = "Guide"
    related_kinds = ("guidepage", "storypage", "articlepage")
    asks_if_helpful = True
    needs_a_body = True

    reread_on = models.DateField(
        "relu le",
        null=True,
        blank=True,
        help_text="Le jour où quelqu’un l’a relu en entier et l’a trouvé juste. Vide : pas encore.",
    )
    review_before = models.DateField(
        "à relire avant le",
        null=True,
        blank=True,
        help_text="Passé ce jour, la page dit qu’elle attend une relecture.",
    )

    content_panels = [
        *AUDIENCE,
        *Page.content_panels,
        FieldPanel("summary", heading="En clair", help_text="L’essentiel en deux phrases."),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                *AUTHOR_PANELS,
                FieldRowPanel([FieldPanel("reread_on"), FieldPanel("review_before")]),
            ],
            heading="Qui l’a écrit, jusqu’à quand",
        ),
        RELATED,
        OFFERS_PANEL,
        PICTURE,
    ]

    class Meta:
        verbose_name = "guide"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "guides")

    @property
    def is_stale(self) -> bool:
        return self.review_before is not None and self.review_before < timezone.localdate()

    @property
    def kicker(self) -> str:
        """Return «Guide · relu en mai 2026»; before anyone re-read it, how long it takes."""
        if self.reread_on is None:
            return f"Guide · {self.reading_minutes} min de lecture"
        return f"Guide · relu en {date_format(self.reread_on, 'F Y')}"

    def publication_problems(self, public: bool) -> dict[str, str]:
        errors = super().publication_problems(public)
        if self.reread_on and self.reread_on > timezone.localdate():
            errors["reread_on"] = f"Ce jour est à venir{NBSP}: donnez celui de la relecture."
        elif self.reread_on and self.review_before and self.review_before <= self.reread_on:
            errors["review_before"] = (
                f"Cette date est passée quand il a été relu{NBSP}: donnez-en une plus tard, ou "
                "laissez vide."
            )
        return errors

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["byline"] = self.byline(request.user, request.site)  # type: ignore[attr-defined]
        return context
