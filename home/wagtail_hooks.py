"""What Wagtail asks of us: narrowing its choosers and lists, and a first screen for editors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.ui.tables.pages import BulkActionsColumn
from wagtail.admin.views.pages.listing import GenericPageFilterSet, IndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, PageLogEntry

from accounts.rights import coordinates
from home.audience.rules import may_change_audience
from home.desk.actions import arrange
from home.desk.pages import AddPageView, EditPageView, RevertPageView
from home.desk.panels import LastChangedPanel, WaitingPanel, WritePanel
from home.identity import Identity, theme_version
from home.linked import OpenPageLinkHandler
from home.models import CallAnswer, CallPage, GuidePage, TrackPage
from home.queries import VisiblePageQuerySet, is_reserved
from home.tenancy.fields import OwnModelChoiceField
from home.tenancy.opened import OPENED
from home.tenancy.own import current_desk, own
from home.upkeep.panels import UpkeepPanel

MENU = (
    *("explorer", "calls", "feedback", "pins"),
    *("images", "documents", "settings", "coordination"),
)

# Pictures have home.pages.fields.ImageKey: Wagtail registers its own widget after this.
register_form_field_override(
    models.ForeignKey,
    to=TrackPage,
    override={"form_class": OwnModelChoiceField, "widget": forms.Select},
)


# --- Reading ---------------------------------------------------------------------------------


@hooks.register("before_serve_page")
def members_only(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """Refuse a restricted page to who is not a member of this site's collectivité now.

    Stock Wagtail has let in whoever is signed in; a member of another collectivité is told the
    same as for a page that does not exist. Raises Http404.
    """
    site = request.site  # type: ignore[attr-defined]
    if getattr(request, "admitted_page_id", None) == page.pk:  # the door was asked on the way
        return
    if page.path.startswith(site.root_page.path) and not page.get_view_restrictions():
        return
    visible = VisiblePageQuerySet(Page).visible_to(request.user, site)
    if not visible.filter(pk=page.pk).exists():
        raise Http404


@hooks.register("register_rich_text_features", order=1)  # after Wagtail's own
def links_to_open_pages(features: Any) -> None:
    features.register_link_type(OpenPageLinkHandler)


# --- Narrowing -------------------------------------------------------------------------------


@hooks.register("construct_page_chooser_queryset")
def own_pages_only(pages: Any, request: HttpRequest) -> Any:
    return own(pages)


@hooks.register("construct_explorer_page_queryset")
def own_explorer_only(parent_page: Page, pages: Any, request: HttpRequest) -> Any:
    return own(pages)


@hooks.register("construct_image_chooser_queryset")
@hooks.register("construct_document_chooser_queryset")
def own_files_only(files: Any, request: HttpRequest) -> Any:
    return own(files)


class OwnFilterSet(GenericPageFilterSet):
    """The filters of the explorer, without the other collectivités' names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desk = current_desk.get()
        if desk is None:
            return
        self.filters.pop("site", None)
        people = get_user_model().objects
        mine = own(Page.objects.all(), desk).order_by()
        self.filters["owner"].queryset = people.filter(pk__in=mine.values("owner_id"))
        self.filters["edited_by"].queryset = people.filter(
            pk__in=PageLogEntry.objects.filter(
                action="wagtail.edit", page_id__in=mine.values("pk")
            ).values("user_id")
        )


@hooks.register("register_admin_viewset")
def own_page_viewset() -> PageViewSet:
    return PageViewSet(
        model=Page,
        parent_models=[Page],
        filterset_class=OwnFilterSet,
        add_view_class=AddPageView,
        edit_view_class=EditPageView,
        revisions_revert_view_class=RevertPageView,
        columns=[
            column for column in IndexView.base_columns if not isinstance(column, BulkActionsColumn)
        ],
    )


# --- The screens -----------------------------------------------------------------------------


@hooks.register("construct_homepage_panels")
def first_screen(request: HttpRequest, panels: list[Any]) -> None:
    desk = current_desk.get()
    if desk is not None:
        panels[:] = [
            WritePanel(desk),
            WaitingPanel(request.user),
            UpkeepPanel(desk),
            LastChangedPanel(desk),
        ]


@hooks.register("construct_homepage_summary_items")
def no_counts(request: HttpRequest, items: list[Any]) -> None:
    """How many pages there are helps nobody to write one."""
    if current_desk.get() is not None:
        items.clear()


@hooks.register("construct_page_action_menu")
def likeliest_act_first(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    arrange(items, request, context)


@hooks.register("construct_main_menu")
def short_menu(request: HttpRequest, items: list[Any]) -> None:
    if current_desk.get() is not None:
        items[:] = [item for item in items if item.name in MENU]


@hooks.register("register_admin_menu_item")
def answers_in_the_menu() -> MenuItem:
    return MenuItem(
        "Réponses aux appels", reverse("desk_calls"), name="calls", icon_name="form", order=150
    )


@hooks.register("register_admin_menu_item")
def words_of_readers_in_the_menu() -> MenuItem:
    return MenuItem(
        "Avis sur les pages",
        reverse("desk_feedback"),
        name="feedback",
        icon_name="comment",
        order=160,
    )


class CoordinationItem(MenuItem):
    """The way back for who came here from the launch kit; editors have nothing to do there."""

    def is_shown(self, request: HttpRequest) -> bool:
        organisation = getattr(request, "collectivite", None)
        return organisation is not None and coordinates(request.user, organisation)


@hooks.register("register_admin_menu_item")
def coordination_in_the_menu() -> MenuItem:
    return CoordinationItem(
        "Coordination",
        reverse("coordination"),
        name="coordination",
        icon_name="group",
        order=20000,
    )


@hooks.register("register_page_header_buttons")
def answers_of_the_page(page: Page, user: Any, view_name: str, next_url: Any = None) -> Any:
    """From the form of a call to what people answered."""
    if issubclass(page.specific_class or Page, CallPage) and page.pk:
        yield Button("Lire les réponses", reverse("desk_call", args=[page.pk]), icon_name="form")


@hooks.register("register_page_header_buttons")
def read_again(page: Page, user: Any, view_name: str, next_url: Any = None) -> Any:
    """From the form of a published guide to a new review date."""
    if issubclass(page.specific_class or Page, GuidePage) and page.pk and page.live:
        yield Button("J’ai relu", reverse("desk_reviewed", args=[page.pk]), icon_name="check")


@hooks.register("before_delete_page")
def answers_first(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page is not deleted with the words of those who answered."""
    count = CallAnswer.objects.filter(call__path__startswith=page.path).count()
    if not count or request.method != "POST":
        return None
    messages.error(
        request,
        f"Cet appel a reçu {count} réponse{'s' if count > 1 else ''}. Supprimez-les d’abord, ou "
        "dépubliez la page : elle ne se verra plus, et les réponses restent.",
    )
    return redirect("desk_call", page.pk)


def _is_open(url: str | None) -> bool:
    try:
        return bool(url) and resolve(str(url).split("?")[0]).view_name in OPENED
    except Resolver404:
        return True  # not an address of ours: a page on its site


@hooks.register("construct_page_listing_buttons")
def open_buttons_only(buttons: list[Any], page: Page, user: Any, context: Any = None) -> None:
    """Take away the buttons that would lead to a closed address."""
    if current_desk.get() is not None:
        buttons[:] = [
            button for button in buttons if not getattr(button, "url", "") or _is_open(button.url)
        ]


class AudienceButton(PageMenuItem):
    """«Rendre public» or «Garder entre nous», by the other actions on a page."""

    icon_name = "view"
    url_name = "desk_audience"

    @property
    def label(self) -> str:
        return "Rendre public" if is_reserved(self.page.path) else "Garder entre nous"

    def is_shown(self, user: Any) -> bool:
        return may_change_audience(user, self.page)


class RowAudienceButton(AudienceButton):
    """The same on a row of a list, where asking who reads each page would cost a query a row."""

    label = "Changer qui peut lire"


@hooks.register("register_page_header_buttons")
def audience_button(page: Page, user: Any, **kwargs: Any) -> list[AudienceButton]:
    return [AudienceButton(page=page, priority=25)]


@hooks.register("register_page_listing_more_buttons")
def audience_row_button(page: Page, user: Any, **kwargs: Any) -> list[AudienceButton]:
    return [RowAudienceButton(page=page, priority=25)]


@hooks.register("insert_editor_js")
def form_js() -> str:
    return format_html('<script src="{}" defer></script>', static("js/desk.js"))


@hooks.register("insert_global_admin_js")
def admin_js() -> str:
    """On every screen: forms open in dialogs too."""
    return format_html('<script src="{}" defer></script>', static("js/desk-names.js"))


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    """The site's type and colours; the order is that of the pages of the site."""
    desk = current_desk.get()
    chosen = getattr(desk.site, "siteidentity", None) if desk else None  # read with the site
    colours = (chosen.accent, chosen.second) if chosen else (Identity.accent, Identity.second)
    theme = f"{reverse('site_theme')}?v={theme_version(*colours)}"
    sheets = [static("css/tokens.css"), theme, static("css/desk.css")]
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((sheet,) for sheet in sheets))
