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
from accounts.verifications.queries import unanswered
from home.blocks.stream import BodyBlocks, FeaturedBlocks, HowItWorksBlocks
from home.cards import cards_for
from home.events import agenda
from home.events.pages import EventPage
from home.navigation import quick_links_for
from home.offers import offers_for
from home.pages.fields import BodyField
from home.pages.front import FRONT_PAGE, front_for, greeting, since_words
from home.pages.mixins import EditorialPage
from home.pages.tracks import TrackPage
from home.queries import is_inside

TODOS_SHOWN = 5
LEGAL = ["home.LegalNoticePage", "home.PersonalDataPage", "home.AccessibilityPage"]


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
    can_be_kept = False

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
    subpage_types = ["home.SectionPage", "home.InternalPage", "home.ContentPage", *LEGAL]

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
        chosen_ids = [block["value"] for block in self.featured.raw_data if block["value"]]
        front = front_for(request, chosen_ids, {track.pk: track for track in tracks})
        todos = todos_for(user, MINE)
        context |= {
            "front": front,
            "greeting": greeting(front, len(todos)),
            "since": since_words(front.since) if front.since else "",
            "tracks": cards_for(tracks, request),
            "is_inside": is_inside(user, site),
            "todos": todos[:TODOS_SHOWN],
            "todos_left": max(0, len(todos) - TODOS_SHOWN),
            "events": agenda.next_entries(EventPage.objects.visible_to(user, site), request),
            "quick_links": quick_links_for(request),
            "offers": offers_for(request, near=True) if user.is_authenticated else [],
        }
        return context


class PlatformHomePage(EditorialPage):
    """Presents the platform to whoever comes without knowing it."""

    template = "home/platform_home_page.html"
    icon_name = "home"
    kind_label = "Accueil"
    can_be_kept = False

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
    subpage_types = ["home.ContentPage", *LEGAL]

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
        context["unanswered"] = unanswered(request.user)
        own = Organisation.objects.belonging_to(request.user)
        context["organisations"] = list(own.select_related("site").order_by("name"))
        is_signed_in = request.user.is_authenticated
        context["offers"] = offers_for(request, near=True) if is_signed_in else []
        context["today"] = timezone.localdate()
        return context
