"""Tracks and their schemes: what is tried, and the ways of doing it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from home.blocks.stream import SourceBlocks, TrackBlocks
from home.cards import cards_for
from home.frame.addresses import check_own_path
from home.pages.fields import BodyField
from home.pages.mixins import BodyMixin, EditorialPage, SummaryMixin
from home.queries import pages_visible_to
from home.widgets import PictogramInput

TRACK_ICONS = [
    ("seedling", "jeune pousse"),
    ("arrows-exchange", "échange"),
    ("sitemap", "arbre"),
    ("transfer", "passage"),
    ("hierarchy-3", "réseau"),
    ("compass", "boussole"),
    ("users-group", "groupe"),
    ("bulb", "idée"),
    ("heart-handshake", "entraide"),
    ("route", "chemin"),
]


def about_track(track_id: int) -> models.Q:
    """Return the condition «speaks of this track», for plain pages."""
    return (
        models.Q(guidepage__track_id=track_id)
        | models.Q(storypage__track_id=track_id)
        | models.Q(articlepage__track_id=track_id)
    )


class TrackPage(SummaryMixin, BodyMixin, EditorialPage):
    template = "home/track_page.html"
    kind_label = "Piste"
    asks_if_helpful = True

    icon = models.CharField("pictogramme", max_length=40, choices=TRACK_ICONS, default="compass")
    call_to_action_label = models.CharField(
        "invitation à agir", max_length=60, blank=True, help_text="Un verbe : « Raconter la vôtre »"
    )
    call_to_action_path = models.CharField(
        "où mène l’invitation",
        max_length=200,
        blank=True,
        validators=[check_own_path],
        help_text="Une adresse de ce site, par exemple /marche/",
    )
    body = BodyField(TrackBlocks(), verbose_name="contenu", blank=True)
    sources = BodyField(SourceBlocks(), verbose_name="sources", blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("icon", widget=PictogramInput),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("call_to_action_label"), FieldPanel("call_to_action_path")],
            heading="Invitation à agir",
        ),
        FieldPanel("sources"),
    ]
    parent_page_types = ["home.SectionPage"]
    subpage_types = ["home.SchemePage"]

    class Meta:
        verbose_name = "piste"

    @property
    def icon_name(self) -> str:
        return self.icon

    @property
    def kicker(self) -> str:
        return f"Piste · {self.reading_minutes} min de lecture"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "tracks")

    def has_schemes_block(self) -> bool:
        return any(block.block_type == "schemes" for block in self.body)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        visible = pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
        context["schemes"] = list(
            SchemePage.objects.filter(pk__in=visible.values("pk"))
            .filter(path__startswith=self.path)
            .order_by("path")
            .defer("body")
        )
        context["cards"] = cards_for(
            visible.filter(about_track(self.pk)).order_by("-first_published_at", "-pk")[:6],
            request,
        )
        return context


class SchemePage(SummaryMixin, BodyMixin, EditorialPage):
    """One way of doing a track: a day a month, a pool, a pact."""

    template = "home/scheme_page.html"
    icon_name = "route"
    kind_label = "Dispositif"
    asks_if_helpful = True

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types = ["home.TrackPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "dispositif"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["siblings"] = list(
            pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
            .filter(path__startswith=self.path[: -self.steplen], depth=self.depth)
            .exclude(pk=self.pk)
        )
        return context
