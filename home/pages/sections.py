"""Sections: lists of pages of one kind, and the branch kept for members."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from home.calls.queries import open_calls_first
from home.cards import cards_for
from home.events import agenda
from home.navigation import top_pages
from home.pages.front import NEWEST_KINDS
from home.pages.mixins import IN_THE_MENU, EditorialPage
from home.queries import VisiblePageQuerySet, pages_visible_to

PAGES_A_SCREEN = 12
CALLS_SHOWN = 2
CALLS_SLUG = "appels"


class SectionKind(models.TextChoices):
    TRACKS = "tracks", "pistes"
    GUIDES = "guides", "guides"
    STORIES = "stories", "récits"
    NEWS = "news", "actualités"
    EVENTS = "events", "événements"
    CALLS = "calls", "appels à témoignages"
    ARTICLES = "articles", "articles"


MODEL_OF_KIND = {
    SectionKind.TRACKS: "trackpage",
    SectionKind.GUIDES: "guidepage",
    SectionKind.STORIES: "storypage",
    SectionKind.NEWS: "newspage",
    SectionKind.EVENTS: "eventpage",
    SectionKind.CALLS: "callpage",
    SectionKind.ARTICLES: "articlepage",
}
EMPTY_WORDS = {
    SectionKind.TRACKS: "Aucune piste n’est encore publiée.",
    SectionKind.GUIDES: "Aucun guide n’est encore publié.",
    SectionKind.STORIES: "Aucun récit n’est encore publié.",
    SectionKind.NEWS: "Aucune actualité n’est encore publiée.",
    SectionKind.EVENTS: "Aucun événement n’est annoncé pour le moment.",
    SectionKind.CALLS: "Aucun appel n’est encore publié.",
    SectionKind.ARTICLES: "Aucun article n’est encore publié.",
}


class SectionPage(EditorialPage):
    """Lists the pages of its kind that the reader may see.

    The public section lists those of the restricted branch too, to those who may read them; a
    section of the restricted branch lists its own.
    """

    template = "home/section_page.html"
    icon_name = "files"
    kind_label = "Rubrique"
    holds_the_site = True
    can_be_kept = False

    kind = models.CharField("ce que l’on y trouve", max_length=10, choices=SectionKind.choices)
    intro = models.TextField("introduction", blank=True, max_length=1000)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    promote_panels = [IN_THE_MENU]
    parent_page_types = ["home.HomePage", "home.InternalPage"]
    subpage_types = [
        "home.TrackPage",
        "home.GuidePage",
        "home.StoryPage",
        "home.NewsPage",
        "home.EventPage",
        "home.CallPage",
        "home.ArticlePage",
    ]

    class Meta:
        verbose_name = "rubrique"

    def search_text(self) -> str:
        return self.intro

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        # Sections come with the site; an editor fills them.
        return False

    def entries(self, request: HttpRequest) -> VisiblePageQuerySet:
        """Return the pages of this section that the reader may see, newest first."""
        site = request.site  # type: ignore[attr-defined]
        model: Any = apps.get_model("home", MODEL_OF_KIND[self.kind])  # type: ignore[index]
        pages = model.objects.visible_to(request.user, site).defer_streamfields()
        if self.depth > site.root_page.depth + 1:
            pages = pages.filter(path__startswith=self.path)
        if self.kind == SectionKind.TRACKS:
            return pages.order_by("path")
        if self.kind == SectionKind.CALLS:
            return pages.order_by(*open_calls_first())
        return pages.order_by("-first_published_at", "-pk")

    def _open_calls(self, request: HttpRequest) -> VisiblePageQuerySet:
        """Return the calls to which one may answer now: stories come from there."""
        calls: Any = apps.get_model("home", "callpage").objects
        found = calls.visible_to(request.user, request.site)  # type: ignore[attr-defined]
        found = found.filter(closes_at__gt=timezone.now())
        return found.defer_streamfields().order_by(*open_calls_first())[:CALLS_SHOWN]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        entries = self.entries(request)
        context["empty_words"] = EMPTY_WORDS[self.kind]  # type: ignore[index]
        if self.kind == SectionKind.EVENTS:
            return context | agenda.section_context(entries, request)
        if self.kind == SectionKind.STORIES:
            context["open_calls"] = cards_for(self._open_calls(request), request)
            context["calls_url"] = next(
                (url for page, url in top_pages(request) if page.slug == CALLS_SLUG), ""
            )
        chosen = None
        tracks: list[Page] = []
        if self.kind in (SectionKind.GUIDES, SectionKind.STORIES, SectionKind.ARTICLES):
            tracks = list(
                pages_visible_to(request.user, request.site).filter(  # type: ignore[attr-defined]
                    content_type__app_label="home", content_type__model="trackpage"
                )
            )
            slug = request.GET.get("piste", "")
            chosen = next((track for track in tracks if track.slug == slug), None)
            if chosen is not None:
                entries = entries.filter(track_id=chosen.pk)
        page = Paginator(entries, PAGES_A_SCREEN).get_page(request.GET.get("page"))
        context["entries"] = page
        context["cards"] = cards_for(page.object_list, request)
        context["tracks"] = tracks
        context["chosen_track"] = chosen
        return context


class InternalPage(EditorialPage):
    """The branch kept for the people of the collectivité."""

    template = "home/internal_page.html"
    icon_name = "lock"
    kind_label = "Entre nous"
    holds_the_site = True
    can_be_kept = False

    intro = models.TextField("introduction", blank=True, max_length=1000)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    promote_panels = [IN_THE_MENU]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.SectionPage", "home.ContentPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = "partie réservée"

    def search_text(self) -> str:
        return self.intro

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return False

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        inside = pages_visible_to(request.user, request.site).filter(  # type: ignore[attr-defined]
            path__startswith=self.path
        )
        context["sections"] = list(inside.filter(depth=self.depth + 1))
        newest = inside.filter(
            content_type__app_label="home", content_type__model__in=NEWEST_KINDS
        ).order_by("-first_published_at", "-pk")[:6]
        context["cards"] = cards_for(newest, request)
        return context
