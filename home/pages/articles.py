"""Articles: a question and its positions, the log of a test, the review of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from home.pages.authors import AUTHOR_PANELS, AuthorMixin
from home.pages.mixins import TrackMixin
from home.pages.reading import AUDIENCE, PICTURE, RELATED, ReadingPage


class ArticlePage(TrackMixin, AuthorMixin, ReadingPage):
    class Genre(models.TextChoices):
        ARTICLE = "article", "Article"
        CONTROVERSY = "controversy", "Question qui partage"
        LOG = "log", "Journal d’un essai"
        REVIEW = "review", "Bilan d’un essai"

    ICONS = {
        Genre.ARTICLE: "article",
        Genre.CONTROVERSY: "scale",
        Genre.LOG: "writing",
        Genre.REVIEW: "clipboard-check",
    }

    template = "home/article_page.html"
    kind_label = "Article"
    related_kinds = ("articlepage", "guidepage", "storypage")
    asks_if_helpful = True
    needs_a_body = True

    genre = models.CharField(
        "genre",
        max_length=12,
        choices=Genre.choices,
        default=Genre.ARTICLE,
        help_text="Dit en tête de la page et dans les listes ce que l’on va lire.",
    )

    content_panels = [
        *AUDIENCE,
        *Page.content_panels,
        FieldPanel("genre"),
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel(AUTHOR_PANELS, heading="Qui l’a écrit"),
        RELATED,
        PICTURE,
    ]

    class Meta:
        verbose_name = "article"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "articles")

    def begin_with(self, page: Mapping[str, Any]) -> None:
        """Start from a model of content: it says the genre."""
        self.genre = page["genre"]

    @property
    def kind_icon(self) -> str:  # type: ignore[override]
        return self.ICONS[self.Genre(self.genre)]

    @property
    def kicker(self) -> str:
        return f"{self.get_genre_display()} · {self.reading_minutes} min de lecture"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["byline"] = self.byline(request.user, request.site)  # type: ignore[attr-defined]
        return context
