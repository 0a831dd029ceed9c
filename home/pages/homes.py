"""The first page of a collectivité's intranet, and that of the platform."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from accounts.models import Organisation
from accounts.todos.registry import MINE, todos_for
from home.blocks.stream import BodyBlocks, FeaturedBlocks
from home.cards import cards_for
from home.pages.fields import BodyField
from home.pages.mixins import EditorialPage
from home.pages.tracks import TrackPage
from home.queries import is_inside, pages_visible_to

FRONT_PAGE = 3
TODOS_SHOWN = 5
NEWEST_KINDS = ["guidepage", "storypage", "newspage"]


class HomePage(EditorialPage):
    template = "home/home_page.html"
    icon_name = "home"
    kind_label = "Accueil"

    intro = models.TextField(
        "présentation", blank=True, max_length=600, help_text="Lue par qui n’est pas connecté."
    )
    featured = BodyField(
        FeaturedBlocks(max_num=FRONT_PAGE),
        verbose_name="à la une",
        blank=True,
        help_text="Trois pages au plus. S’il en manque, les plus récentes les complètent.",
    )

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("featured")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.SectionPage", "home.InternalPage", "home.ContentPage"]

    class Meta:
        verbose_name = "accueil"

    def search_text(self) -> str:
        return self.intro

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return False

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        user, site = request.user, request.site  # type: ignore[attr-defined]
        visible = pages_visible_to(user, site)
        newest = visible.filter(
            content_type__app_label="home", content_type__model__in=NEWEST_KINDS
        ).order_by("-first_published_at", "-pk")
        chosen_ids = [block["value"] for block in self.featured.raw_data if block["value"]]
        chosen = {page.pk: page for page in visible.filter(pk__in=chosen_ids)}
        front = [chosen[pk] for pk in chosen_ids if pk in chosen][:FRONT_PAGE]
        fresh = list(newest[: FRONT_PAGE + len(front) + 4])
        front += [page for page in fresh if page.pk not in chosen][: FRONT_PAGE - len(front)]
        context["front"] = cards_for(front, request)
        context["tracks"] = cards_for(
            TrackPage.objects.visible_to(user, site).order_by("path").defer_streamfields(),
            request,
        )
        context["is_inside"] = is_inside(user, site)
        todos = todos_for(user, MINE)
        context["todos"] = todos[:TODOS_SHOWN]
        context["todos_left"] = max(0, len(todos) - TODOS_SHOWN)
        context["news_count"] = self._news_since_last_visit(user, fresh)
        return context

    def _news_since_last_visit(self, user: Any, fresh: list[Page]) -> int:
        since = getattr(user, "last_seen_at", None)
        if since is None:
            return 0
        return sum(
            1 for page in fresh if page.first_published_at and page.first_published_at > since
        )


class PlatformHomePage(EditorialPage):
    """Presents the platform to whoever comes without knowing it."""

    template = "home/platform_home_page.html"
    icon_name = "home"
    kind_label = "Accueil"

    intro = models.TextField("présentation", blank=True, max_length=600)
    body = BodyField(BodyBlocks(), verbose_name="contenu", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.ContentPage"]

    class Meta:
        verbose_name = "accueil de la plateforme"

    def search_text(self) -> str:
        return self.intro

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return False

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["collectivites"] = list(
            Organisation.objects.open()
            .collectivites()
            .filter(site__isnull=False)
            .select_related("site", "commune")
        )
        context["todos"] = todos_for(request.user, MINE)[:TODOS_SHOWN]
        context["today"] = timezone.localdate()
        return context
