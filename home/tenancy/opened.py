"""What of Wagtail's admin is open to a collectivité's people: one line an address.

Everything that is not here answers 404, also what an upgrade or a new app adds. The check turns
the parameters of the address into an object and says whether it is the desk's; unknown and
another's answer alike. To open something, read first how it leaks and add the test's canary.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from wagtail.models import Page, Revision, TaskState, WorkflowState

from home.models import (
    CallAnswer,
    CallPage,
    EditorialDocument,
    EditorialImage,
    EventPage,
    GuidePage,
    RereadingTask,
)
from home.rights import can_coordinate_desk
from home.tenancy.own import Desk, is_own

# What its editors set for a site, by model name.
SETTINGS = ("siteidentity", "sitenavigation", "sitealert")

Check = Callable[[HttpRequest, Desk, dict[str, Any]], bool]


def anyone(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    """No object: the view itself shows only what is the desk's."""
    return True


def own_page(name: str = "page_id") -> Check:
    def check(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
        return is_own(Page, params[name], desk)

    return check


def own_page_or_top(name: str) -> Check:
    """As `own_page`, and the root of all trees, which our view replaces by the desk's own."""

    def check(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
        top = Page.get_first_root_node()
        return params[name] == top.pk or is_own(Page, params[name], desk)

    return check


def own_page_that_may_go(name: str = "page_id") -> Check:
    """An own page, but not one on which the site stands: home, sections, legal pages."""

    def check(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
        pk = params[name]
        if not is_own(Page, pk, desk):
            return False
        return not Page.objects.get(pk=pk).specific_class.holds_the_site

    return check


def own_event(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    return is_own(EventPage, params["page_id"], desk)


def own_guide(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    return is_own(GuidePage, params["page_id"], desk)


def own_revision(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    if not is_own(Page, params["page_id"], desk):
        return False
    return Revision.page_revisions.filter(
        pk=params["revision_id"], object_id=str(params["page_id"])
    ).exists()


def own_comparison(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    pk = params["pk"]
    if not is_own(Page, pk, desk):
        return False
    numbers = [params["revision_id_a"], params["revision_id_b"]]
    wanted = {int(number) for number in numbers if str(number).isdigit()}
    found = Revision.page_revisions.filter(pk__in=wanted, object_id=str(pk)).count()
    return found == len(wanted)


def own_file(model: type, name: str) -> Check:
    def check(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
        return is_own(model, params[name], desk)

    return check


def own_in_query(model: type) -> Check:
    """`?id=…&id=…`: every one of them."""

    def check(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
        return all(is_own(model, pk, desk) for pk in request.GET.getlist("id"))

    return check


def own_settings(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    """The settings of the desk's own site; who publishes is the coordination's to say. The short
    address leads to the whole one."""
    if params.get("pk") not in (None, desk.site.pk):
        return False
    name = (params["app_name"], params["model_name"])
    if name == ("home", "publishingpolicy"):
        return can_coordinate_desk(request.user, desk.site)
    return name[0] == "home" and name[1] in SETTINGS


def own_task_state(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    """A step of the re-reading of the page that the address names."""
    page_id = params["page_id"]
    return (
        is_own(Page, page_id, desk)
        and TaskState.objects.filter(
            pk=params["task_state_id"], workflow_state__object_id=str(page_id)
        ).exists()
    )


def own_workflow_state(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    page_id = params["page_id"]
    return (
        is_own(Page, page_id, desk)
        and WorkflowState.objects.filter(
            pk=params["workflow_state_id"], object_id=str(page_id)
        ).exists()
    )


def own_page_for_task(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    """Both: the message for a page that does not wait names the task."""
    return (
        is_own(Page, params["page_id"], desk)
        and RereadingTask.objects.filter(pk=params["task_id"], tenancy__site=desk.site).exists()
    )


def own_page_being_edited(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    try:
        model = apps.get_model(params["app_label"], params["model_name"])
    except LookupError:
        return False
    return issubclass(model, Page) and is_own(Page, params["object_id"], desk)


def own_call(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    return is_own(CallPage, params["page_id"], desk)


def own_answer(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    """An answer to that very call, which is the desk's; what is sent of one that is not there, or
    of another call's, the view answers alike: taken back meanwhile."""
    if not own_call(request, desk, params):
        return False
    if request.method == "POST":
        return True
    return CallAnswer.objects.filter(pk=params["answer_ref"], call=params["page_id"]).exists()


def own_pin(request: HttpRequest, desk: Desk, params: dict[str, Any]) -> bool:
    """A page that this site's editors put first in the search, a floor above."""
    return is_own(apps.get_model("search", "PinnedPage"), params["pin_id"], desk)


IMAGE = EditorialImage
DOCUMENT = EditorialDocument

OPENED: dict[str, Check] = {
    # Ours (home/tenancy/urls.py, search/pinned/urls.py)
    "desk_account": anyone,
    "desk_login": anyone,
    "desk_logout": anyone,
    "desk_tags": anyone,
    "desk_audience": own_page(),
    "desk_write": anyone,  # a kind of page, in the desk's own sections
    "desk_reviewed": own_guide,
    "desk_calls": anyone,  # own calls only
    "desk_call": own_call,
    "desk_call_export": own_call,
    "desk_answer": own_answer,
    "desk_answer_delete": own_answer,
    "desk_feedback": anyone,  # of own pages only
    "desk_feedback_settle": anyone,  # what its form names is looked up among own rows
    "desk_pins": anyone,  # of the own site only
    "desk_pin": own_pin,
    "desk_choose_page": anyone,
    "desk_external_link": anyone,  # conversion to a page is off by setting
    "desk_choose_page_child": own_page_or_top("parent_page_id"),
    "desk_event_participants": own_event,
    "desk_event_sheet": own_event,
    "desk_event_csv": own_event,
    # The frame
    "wagtailadmin_home": anyone,
    "wagtailadmin_sprite": anyone,
    "wagtailadmin_javascript_catalog": anyone,
    "desk_words": anyone,
    "wagtailadmin_dismissibles": anyone,  # writes on the person's own profile
    "wagtailadmin_block_preview": anyone,  # sample values only
    "wagtailadmin_editing_sessions:ping": own_page_being_edited,
    "wagtailadmin_editing_sessions:release": anyone,  # of the person's own sessions
    # Pages
    "wagtailadmin_explore_root": anyone,
    "wagtailadmin_explore": own_page("parent_page_id"),
    "wagtailadmin_explore_results": own_page("parent_page_id"),
    "wagtailadmin_api:pages:listing": anyone,  # explorable pages only (walked)
    "wagtailadmin_api:pages:detail": own_page("pk"),  # where the menu «Pages» begins
    "wagtailadmin_pages:search": anyone,
    "wagtailadmin_pages:search_results": anyone,
    "wagtailadmin_pages:add_subpage": own_page("parent_page_id"),
    "wagtailadmin_pages:add": own_page("parent_page_id"),
    "wagtailadmin_pages:preview_on_add": own_page("parent_page_id"),
    "wagtailadmin_pages:edit": own_page(),
    "wagtailadmin_pages:preview_on_edit": own_page(),
    "wagtailadmin_pages:view_draft": own_page(),
    "wagtailadmin_pages:delete": own_page_that_may_go(),
    "wagtailadmin_pages:unpublish": own_page_that_may_go(),
    "wagtailadmin_pages:usage": own_page(),
    "wagtailadmin_pages:history": own_page(),
    "wagtailadmin_pages:history_results": own_page(),
    "wagtailadmin_pages:revisions_view": own_revision,
    "wagtailadmin_pages:revisions_revert": own_revision,
    "wagtailadmin_pages:revisions_unschedule": own_revision,
    "wagtailadmin_pages:revisions_compare": own_comparison,
    # Re-reading
    "wagtailadmin_pages:workflow_action": own_task_state,
    "wagtailadmin_pages:collect_workflow_action_data": own_task_state,
    "wagtailadmin_pages:confirm_workflow_cancellation": own_page(),
    "wagtailadmin_pages:workflow_preview": own_page_for_task,
    "wagtailadmin_pages:workflow_history": own_page(),
    "wagtailadmin_pages:workflow_history_detail": own_workflow_state,
    # Choosing a page or a link
    "wagtailadmin_choose_page_search": anyone,  # narrowed by construct_page_chooser_queryset
    "wagtailadmin_choose_page_chosen_multiple": own_in_query(Page),
    "wagtailadmin_choose_page_email_link": anyone,
    "wagtailadmin_choose_page_phone_link": anyone,
    "wagtailadmin_choose_page_anchor_link": anyone,
    # Pictures
    "wagtailimages:index": anyone,
    "wagtailimages:index_results": anyone,
    "wagtailimages:add": anyone,
    "wagtailimages:add_multiple": anyone,
    "wagtailimages:edit": own_file(IMAGE, "image_id"),
    "wagtailimages:edit_multiple": own_file(IMAGE, "image_id"),
    "wagtailimages:image_usage": own_file(IMAGE, "image_id"),
    "wagtailimages:delete": own_file(IMAGE, "image_id"),
    "wagtailimages:delete_multiple": own_file(IMAGE, "image_id"),
    "wagtailimages_chooser:choose": anyone,
    "wagtailimages_chooser:choose_results": anyone,
    "wagtailimages_chooser:chosen": own_file(IMAGE, "pk"),
    "wagtailimages_chooser:chosen_multiple": own_in_query(IMAGE),
    "wagtailimages_chooser:create": anyone,
    "wagtailimages_chooser:select_format": own_file(IMAGE, "image_id"),
    # Documents
    "wagtaildocs:index": anyone,
    "wagtaildocs:index_results": anyone,
    "wagtaildocs:add": anyone,
    "wagtaildocs:add_multiple": anyone,
    "wagtaildocs:edit": own_file(DOCUMENT, "document_id"),
    "wagtaildocs:edit_multiple": own_file(DOCUMENT, "doc_id"),
    "wagtaildocs:document_usage": own_file(DOCUMENT, "document_id"),
    "wagtaildocs:delete": own_file(DOCUMENT, "document_id"),
    "wagtaildocs:delete_multiple": own_file(DOCUMENT, "doc_id"),
    "wagtaildocs_chooser:choose": anyone,
    "wagtaildocs_chooser:choose_results": anyone,
    "wagtaildocs_chooser:chosen": own_file(DOCUMENT, "pk"),
    "wagtaildocs_chooser:chosen_multiple": own_in_query(DOCUMENT),
    "wagtaildocs_chooser:create": anyone,
    # The identity of the site, its links, its alert, and who publishes
    "wagtailsettings:edit": own_settings,
}
