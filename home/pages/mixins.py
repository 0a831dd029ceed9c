"""What several page types carry: fields, panels and what they compute, together."""

from __future__ import annotations

import math
import re
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.cache import add_never_cache_headers
from django.utils.html import strip_tags
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    Page,
    PageManager,
    PagePermissionTester,
    PageViewRestriction,
)
from wagtail.url_routing import RouteResult
from wagtail.utils.decorators import cached_classmethod

from home.blocks.anchors import headings
from home.blocks.blank import as_read, without_blanks
from home.blocks.stream import BodyBlocks
from home.checklists.rules import ticked_on
from home.forms import DraftCopyForm, EditorialPageForm
from home.navigation import sections_inside, top_pages, visible_root
from home.pages import pictograms
from home.pages.fields import BodyField, ImageKey
from home.pages.tools import tools_of
from home.queries import VisiblePageQuerySet, is_reserved, pages_visible_to
from home.tenancy.own import current_desk
from home.tenancy.permissions import DeskPermissions
from home.typography import NBSP

WORDS_A_MINUTE = 220  # a quiet reader of French

# Who reads the page, and the way to change it.
AUDIENCE = [HelpPanel(template="home/desk/audience_panel.html", heading="Qui la lit")]
# A page that stands right below the home page may be in the menu of the site.
IN_THE_MENU = FieldPanel("show_in_menus", heading="Dans le menu du site")

WHEN = MultiFieldPanel(
    [
        FieldPanel("go_live_at", heading="Publier à partir du"),
        FieldPanel("expire_at", heading="Retirer à partir du"),
    ],
    heading="Publier plus tard, retirer d’elle-même",
    help_text=(
        "Facultatif, à l’heure de Paris. À la date dite, la page publiée paraît ou disparaît toute "
        "seule, à quelques minutes près, et vous recevez un mot. Vide : elle paraît quand vous "
        "publiez, et reste."
    ),
)
ADDRESS = FieldPanel(
    "slug",
    heading="Adresse",
    help_text="La fin de l’adresse de la page. Elle suit le titre tant que vous n’y touchez pas.",
)

ONLY_HEADINGS = (
    "Cette page n’a encore que des intertitres. Écrivez quelques lignes sous l’un d’eux au moins, "
    f"puis publiez{NBSP}: ceux qui restent vides ne se verront pas, et vous les retrouverez ici."
)
NO_BODY = (
    f"Rien n’est encore écrit sous le titre. Ajoutez au moins un bloc Texte, puis publiez{NBSP}: "
    "ce que vous avez écrit ailleurs n’est pas perdu."
)

VisiblePageManager = PageManager.from_queryset(VisiblePageQuerySet)


class EditorialPage(Page):
    """What all our pages do. Abstract: every type is a stock Page with these on top."""

    icon_name = "file-text"
    kind_label = ""
    _restrictions: list[PageViewRestriction] | None = None
    is_restricted = False
    # The site stands on it: it is neither deleted nor unpublished from the desk.
    holds_the_site = False
    # Made public, or kept inside: only what one reads. An event has people who signed up, some of
    # whom could no longer read it.
    changes_sides = False
    # What readers may do with it, and did: set by the door.
    can_be_kept = True
    asks_if_helpful = False
    is_kept = False
    own_answer: str | None = None
    base_form_class = EditorialPageForm
    copy_form_class = DraftCopyForm

    objects = VisiblePageManager()

    # What is technical is apart, behind one tab: whoever writes never needs to open it.
    promote_panels: list[Any] = []
    settings_panels = [WHEN, ADDRESS]

    class Meta:
        abstract = True

    @property
    def is_for_everybody(self) -> bool:
        """Return whether the page stands where everybody reads."""
        return not is_reserved(self.path)

    @cached_classmethod
    def get_edit_handler(cls) -> Any:
        """Return the form of the page: what one writes, then «Réglages».

        A page on which the site stands keeps its address, and never goes by itself.
        """
        settings = [*cls.promote_panels, *([] if cls.holds_the_site else cls.settings_panels)]
        tabs = [ObjectList([*cls.content_panels, CommentPanel()], heading="Contenu")]
        if settings:
            tabs.append(ObjectList(settings, heading="Réglages"))
        return TabbedInterface(tabs, base_form_class=cls.base_form_class).bind_to_model(cls)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """Return the page as readers will see it: blocks that nobody filled are left out."""
        for field in self._meta.get_fields():
            if isinstance(field, StreamField):
                setattr(self, field.name, without_blanks(getattr(self, field.name)))
        return super().serve_preview(request, mode_name)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = self.breadcrumbs(request)
        context["tools"] = tools_of(self, request)
        return context

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Return the page at this address if the reader may see it; raises Http404 otherwise.

        One query whatever the depth, through the only door: a page that is restricted to others
        is not found, like one that does not exist.
        """
        if path_components:
            pages = (
                pages_visible_to(request.user, request.site)  # type: ignore[attr-defined]
                .filter(
                    slug=path_components[-1],
                    depth=self.depth + len(path_components),
                    url_path=f"{self.url_path}{'/'.join(path_components)}/",
                )
                .with_restriction()
            )
            if request.user.is_authenticated:
                pages = pages.with_marks_of(request.user)
            page = pages.first()
        else:
            page = visible_root(request)
        if page is None:
            raise Http404
        request.admitted_page_id = page.pk  # type: ignore[attr-defined]
        found = page.specific if path_components else self
        # The door has answered: Wagtail has nothing left to ask.
        found._restrictions, found.is_restricted = [], page.is_restricted
        found.is_kept = getattr(page, "is_kept", False)
        found.own_answer = getattr(page, "own_answer", None)
        return RouteResult(found)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the page; one that is kept from some is not to be kept by a cache either."""
        answer = super().serve(request, *args, **kwargs)
        if self.is_restricted:
            add_never_cache_headers(answer)
        return answer

    def get_view_restrictions(self) -> Any:
        """Return the restrictions on the page and above it (we have no aliases to look through).

        Read once, and not at all when the door has let the reader in.
        """
        if self._restrictions is None:
            paths = [self.path[:end] for end in range(4, len(self.path) + 1, self.steplen)]
            self._restrictions = list(PageViewRestriction.objects.filter(page__path__in=paths))
        return self._restrictions

    def serializable_data(self) -> dict[str, Any]:
        """Return what a version keeps of the page: of its comments, where each stands in the text.

        Their words and who wrote them are in their own table, which the desk reads: a version would
        keep both after they are erased.
        """
        data: dict[str, Any] = super().serializable_data()
        data[COMMENTS_RELATION_NAME] = [
            {"pk": one["pk"], "position": one["position"]} for one in data[COMMENTS_RELATION_NAME]
        ]
        return data

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Return what the person may do in `/cms/`; at a desk, only what is open there."""
        if current_desk.get() is not None:
            return DeskPermissions(user, self)
        return super().permissions_for_user(user)

    def breadcrumbs(self, request: HttpRequest) -> list[dict[str, str]]:
        """Return where the page stands, from the home page; nothing on the home page itself."""
        root = request.site.root_page  # type: ignore[attr-defined]
        if self.pk == root.pk or not self.path.startswith(root.path):
            return []
        # The menu has read the sections, which are above almost every page.
        known = {page.path: (page, url) for page, url in top_pages(request)}
        known |= {page.path: (page, page.get_url(request)) for page in sections_inside(request)}
        paths = [
            self.path[:end]
            for end in range(len(root.path) + self.steplen, len(self.path), self.steplen)
        ]
        if any(path not in known for path in paths):
            above = self.get_ancestors().filter(depth__gt=root.depth)
            known = {page.path: (page, page.get_url(request)) for page in above}
        trail = [{"title": "Accueil", "url": "/"}]
        trail += [{"title": known[path][0].title, "url": known[path][1]} for path in paths]
        return [*trail, {"title": self.title, "url": ""}]

    def publication_problems(self, public: bool) -> dict[str, str]:
        """Return what keeps the page from being published, by field; `public`: to everybody."""
        return {}

    @property
    def kicker(self) -> str:
        """Return the line that says what this is, under its title in lists."""
        return self.kind_label

    def search_text(self) -> str:
        """Return the words of the page, for the search index."""
        return ""

    @classmethod
    def allowed_section(cls, parent: Any, kind: str) -> bool:
        """Return whether the page above is a section of that kind."""
        return getattr(getattr(parent, "specific", parent), "kind", None) == kind


class SummaryMixin(models.Model):
    summary = models.TextField(
        "résumé",
        max_length=400,
        blank=True,
        help_text="Une ou deux phrases simples : elles paraissent dans les listes.",
    )

    class Meta:
        abstract = True


class IllustratedMixin(models.Model):
    """A picture at the top and in lists; without one, a pictogram, chosen or that of the kind."""

    kind_icon = "file-text"

    icon = models.CharField(
        "pictogramme",
        max_length=40,
        blank=True,
        choices=pictograms.choices,
        help_text="Il tient lieu d’image quand il n’y en a pas.",
    )
    image = ImageKey(
        verbose_name="image",
        help_text="Facultative : sans image, la page porte un pictogramme.",
    )

    class Meta:
        abstract = True

    @property
    def icon_name(self) -> str:
        """Return the pictogram that stands in for a picture."""
        return self.icon or self.kind_icon


class TrackMixin(models.Model):
    track = models.ForeignKey(
        "home.TrackPage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name="piste",
    )

    class Meta:
        abstract = True


class BodyMixin(models.Model):
    body = BodyField(BodyBlocks(), verbose_name="contenu", blank=True)
    # Kept with the page: lists say it without reading every body.
    reading_minutes = models.PositiveSmallIntegerField(default=1, editable=False)
    # Whether its title alone would leave readers with nothing.
    needs_a_body = False

    class Meta:
        abstract = True

    def publication_problems(self, public: bool) -> dict[str, str]:
        errors: dict[str, str] = super().publication_problems(public)  # type: ignore[misc]
        if not as_read(self.body) and (self.body or self.needs_a_body):
            errors["body"] = ONLY_HEADINGS if self.body else NO_BODY
        return errors

    def save(self, *args: Any, **kwargs: Any) -> Any:
        self.reading_minutes = max(1, math.ceil(len(self.words()) / WORDS_A_MINUTE))
        return super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        context["ticked"] = ticked_on(request.user, self)
        return context

    def words(self) -> list[str]:
        return re.findall(r"\w[\w’'-]*", self.search_text())

    def search_text(self) -> str:
        """Return the words of the page, for the search index."""
        parts = [getattr(self, "summary", "")]
        parts += self.body.stream_block.get_searchable_content(self.body)
        return " ".join(strip_tags(str(part)) for part in parts if part)

    def contents(self) -> list[dict[str, str]]:
        """Return the headings of the page with their anchors, when there are three or more."""
        found = headings(self.body)
        return found if len(found) >= 3 else []
