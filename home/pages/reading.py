"""What one reads: guides, stories, news and free pages."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from home.cards import cards_for
from home.pages.mixins import (
    IN_THE_MENU,
    BodyMixin,
    EditorialPage,
    IllustratedMixin,
    SummaryMixin,
    TrackMixin,
)
from home.queries import pages_visible_to

PICTURE = MultiFieldPanel([FieldPanel("image"), FieldPanel("icon")], heading="Image")


class ReadingPage(SummaryMixin, IllustratedMixin, BodyMixin, EditorialPage):
    """A page that one reads from top to bottom, with what to read next. Abstract."""

    related_kinds: tuple[str, ...] = ()

    parent_page_types = ["home.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        order: list[Any] = ["-first_published_at", "-pk"]
        if track_id := getattr(self, "track_id", None):
            same = models.Q(guidepage__track_id=track_id) | models.Q(storypage__track_id=track_id)
            order.insert(0, models.Case(models.When(same, then=0), default=1))
        others = (
            pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
            .filter(content_type__app_label="home", content_type__model__in=self.related_kinds)
            .exclude(pk=self.pk)
            .order_by(*order)
        )
        # Together: the pictures of all in one query.
        mine, *context["cards"] = cards_for([self, *others[:3]], request)
        context["photo"] = mine["photo_large"]
        return context


class GuidePage(TrackMixin, ReadingPage):
    template = "home/guide_page.html"
    kind_icon = "book-2"
    kind_label = "Guide"
    related_kinds = ("guidepage", "storypage")

    author_name = models.CharField(
        "écrit par", max_length=120, blank=True, help_text="Une personne ou un service."
    )
    review_before = models.DateField(
        "à relire avant le",
        null=True,
        blank=True,
        help_text="Passé ce jour, la page dit qu’elle attend une relecture.",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary", heading="En clair", help_text="L’essentiel en deux phrases."),
        FieldPanel("body"),
        FieldPanel("track"),
        PICTURE,
        MultiFieldPanel(
            [FieldPanel("author_name"), FieldPanel("review_before")], heading="Relecture"
        ),
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
    def reviewed_on(self) -> Any:
        """Return when it was last published (aware), or None."""
        return self.last_published_at

    @property
    def kicker(self) -> str:
        if self.last_published_at is None:
            return "Guide"
        month = date_format(timezone.localtime(self.last_published_at), "F Y")
        return f"Guide · relu en {month}"


class StoryPage(TrackMixin, ReadingPage):
    """What a person did before, then did elsewhere, told by them."""

    template = "home/story_page.html"
    kind_icon = "microphone"
    kind_label = "Récit"
    related_kinds = ("storypage",)

    person = models.CharField(
        "prénom", max_length=60, blank=True, help_text="Le prénom seul, ou un prénom d’emprunt."
    )
    from_service = models.CharField("de", max_length=80, blank=True, help_text="la voirie")
    to_service = models.CharField("vers", max_length=80, blank=True, help_text="la collecte")

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("person"), FieldPanel("from_service"), FieldPanel("to_service")],
            heading="Qui, d’où, vers où",
        ),
        FieldPanel("body"),
        FieldPanel("track"),
        PICTURE,
    ]

    class Meta:
        verbose_name = "récit"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "stories")

    @property
    def journey(self) -> str:
        """Return «de la voirie vers la collecte», or nothing."""
        if self.from_service and self.to_service:
            return f"{from_words(self.from_service)} vers {self.to_service}"
        return self.to_service or self.from_service

    @property
    def kicker(self) -> str:
        return " · ".join(
            part for part in ("Récit", self.journey, f"{self.reading_minutes} min") if part
        )


class NewsPage(ReadingPage):
    template = "home/news_page.html"
    kind_icon = "news"
    kind_label = "Actualité"
    related_kinds = ("newspage",)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        PICTURE,
    ]

    class Meta:
        verbose_name = "actualité"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "news")

    @property
    def kicker(self) -> str:
        if self.first_published_at is None:
            return "Actualité"
        day = date_format(timezone.localtime(self.first_published_at), "j F Y")
        return f"Actualité · {day}"


class ContentPage(SummaryMixin, BodyMixin, EditorialPage):
    """A free page: about us, legal notice."""

    template = "home/content_page.html"
    icon_name = "file-text"
    kind_label = "Page"

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    promote_panels = [IN_THE_MENU]
    parent_page_types = [
        "home.HomePage",
        "home.PlatformHomePage",
        "home.InternalPage",
        "home.ContentPage",
    ]
    subpage_types = ["home.ContentPage"]

    class Meta:
        verbose_name = "page libre"


def from_words(place: str) -> str:
    """Return «de» and the words, contracted as French wants: le garage gives du garage."""
    for start, contracted in (("le ", "du "), ("les ", "des ")):
        if place.lower().startswith(start):
            return contracted + place[len(start) :]
    return ("d’" if place[:1].lower() in "aeéèêiouyh" else "de ") + place
