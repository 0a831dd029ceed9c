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
from home.blocks.stream import BodyBlocks, FeaturedBlocks, HowItWorksBlocks
from home.cards import cards_for
from home.events import agenda
from home.events.pages import EventPage
from home.pages.fields import BodyField
from home.pages.mixins import EditorialPage
from home.pages.tracks import TrackPage
from home.queries import is_inside, pages_visible_to

FRONT_PAGE = 3
NEWEST = 7  # how many are looked at, to say what is new
TODOS_SHOWN = 5
NEWEST_KINDS = ["guidepage", "storypage", "newspage", "callpage"]


def how_it_works_field() -> BodyField:
    """Return the field of the steps shown to whoever discovers the site."""
    return BodyField(
        HowItWorksBlocks(max_num=4),
        verbose_name="comment ça marche",
        blank=True,
        help_text="Montré à qui n’est pas connecté. Trois étapes se lisent d’un coup d’œil.",
    )


class HomePage(EditorialPage):
    template = "home/home_page.html"
    icon_name = "home"
    kind_label = "Accueil"
    holds_the_site = True

    intro = models.TextField(
        "présentation", blank=True, max_length=600, help_text="Lue par qui n’est pas connecté."
    )
    featured = BodyField(
        FeaturedBlocks(max_num=FRONT_PAGE),
        verbose_name="à la une",
        blank=True,
        help_text="Trois pages au plus. S’il en manque, les plus récentes les complètent.",
    )

    how_it_works = how_it_works_field()

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("featured"),
        FieldPanel("how_it_works"),
    ]
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
        tracks = list(
            TrackPage.objects.visible_to(user, site).order_by("path").defer_streamfields()
        )
        front, fresh = self._front_page(request, {track.pk: track for track in tracks})
        context["front"] = cards_for(front, request)
        context["tracks"] = cards_for(tracks, request)
        context["is_inside"] = is_inside(user, site)
        context["events"] = agenda.next_entries(EventPage.objects.visible_to(user, site), request)
        todos = todos_for(user, MINE)
        context["todos"] = todos[:TODOS_SHOWN]
        context["todos_left"] = max(0, len(todos) - TODOS_SHOWN)
        context["news_count"] = self._news_since_last_visit(user, fresh)
        return context

    def _front_page(
        self, request: HttpRequest, tracks: dict[int, Any]
    ) -> tuple[list[Any], list[Any]]:
        """Return the pages of the front page, the chosen first, and the newest pages; one query."""
        chosen_ids = [block["value"] for block in self.featured.raw_data if block["value"]]
        is_chosen = models.Q(pk__in=chosen_ids)
        is_new = models.Q(content_type__app_label="home", content_type__model__in=NEWEST_KINDS)
        order: list[Any] = ["-first_published_at", "-pk"]
        if chosen_ids:
            order.insert(0, models.Case(models.When(is_chosen, then=0), default=1))
        visible = pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
        found = visible.filter(is_chosen | is_new).order_by(*order)
        by_id = {page.pk: tracks.get(page.pk, page) for page in found[: len(chosen_ids) + NEWEST]}
        front = [by_id[pk] for pk in chosen_ids if pk in by_id]
        fresh = [page for page in by_id.values() if page.pk not in tracks]
        front += [page for page in fresh if page.pk not in chosen_ids]
        return front[:FRONT_PAGE], fresh

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
    how_it_works = how_it_works_field()
    body = BodyField(BodyBlocks(), verbose_name="contenu", blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("how_it_works"),
        FieldPanel("body"),
    ]
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
