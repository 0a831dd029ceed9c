"""What one reads: what guides, stories and articles share; news and free pages."""

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
    AUDIENCE,
    IN_THE_MENU,
    BodyMixin,
    EditorialPage,
    IllustratedMixin,
    SummaryMixin,
)
from home.pages.tracks import about_track
from home.queries import pages_visible_to
from home.tags.models import TaggedPage, TagsMixin
from home.tags.rules import tags_on
from home.widgets import PictogramInput

TAGS = FieldPanel(
    "tags",
    help_text=(
        "Quelques mots de votre intranet, séparés par des virgules, pour trouver d’autres pages "
        "sur le même sujet."
    ),
)
RELATED = MultiFieldPanel(
    [
        FieldPanel(
            "track",
            help_text=("Facultatif : la piste dont parle la page. Chacune mène alors à l’autre."),
        ),
        TAGS,
    ],
    heading="À rapprocher de",
)
PICTURE = MultiFieldPanel(
    [FieldPanel("image"), FieldPanel("icon", widget=PictogramInput)], heading="Image"
)


class ReadingPage(SummaryMixin, IllustratedMixin, TagsMixin, BodyMixin, EditorialPage):
    """A page that one reads from top to bottom, with what to read next. Abstract."""

    related_kinds: tuple[str, ...] = ()
    changes_sides = True

    parent_page_types = ["home.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["tags"] = tags = tags_on(self)
        track_id = getattr(self, "track_id", None)
        order: list[Any] = ["-first_published_at", "-pk"]
        near = []
        if track_id:
            near.append(models.When(about_track(track_id), then=0))
        if tags:
            shared = TaggedPage.objects.filter(content_object=models.OuterRef("pk"), tag__in=tags)
            near.append(models.When(models.Exists(shared), then=1))
        if near:
            order.insert(0, models.Case(*near, default=2))
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


class NewsPage(ReadingPage):
    template = "home/news_page.html"
    kind_icon = "news"
    kind_label = "Actualité"
    related_kinds = ("newspage",)

    content_panels = [
        *AUDIENCE,
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        TAGS,
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
    """A free page: about us, for instance."""

    template = "home/content_page.html"
    icon_name = "file-text"
    kind_label = "Page"
    asks_if_helpful = True

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
