"""Wagtail's own screens of a page, with what ours add to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import PageStatusSidePanel
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page, Revision

from home.advice.panel import AdvicePanel
from home.desk.comments import tell_about_comments
from home.desk.outlines import begin
from home.pages.stories import ConsentGone
from home.rereading.notes import note_for, said_after, someone_else_saved
from home.tenancy.own import current_desk


def _moment(text: str) -> datetime | None:
    """Return the moment that a form of ours says; none of a form that says something else."""
    try:
        moment = parse_datetime(text)
    except ValueError:  # a day that does not exist
        return None
    return moment if moment and timezone.is_aware(moment) else None


class WithAdvice:
    """Of the forms of a page: reading advice among the panels beside it, and in the one of its
    state what an editor may act on."""

    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()  # type: ignore[misc]
        page = self.page  # type: ignore[attr-defined]
        for panel in panels:
            if isinstance(panel, PageStatusSidePanel):
                panel.usage_url = None  # no «Utilisation»: the form of deletion says it
                # The dates are plain fields of «Réglages», not a dialogue of Wagtail's.
                panel.show_schedule_publishing_toggle = False
                panel.locking_enabled = page.get_lock() is not None
        return MediaContainer([*panels, AdvicePanel(page, self.request)])  # type: ignore[attr-defined]


class AddPageView(WithAdvice, CreateView):
    """The form of a new page; `?modele=` puts the blocks of a model of content there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        desk = current_desk.get()
        if desk is not None:
            begin(self.page, request.GET.get("modele", ""), desk)
        return super().get(request)

    def get_page_title(self) -> str:
        return "Écrire"

    def get_page_subtitle(self) -> str:
        return self.page_class.get_verbose_name().lower()


class DeskEditing(WithAdvice):
    """Of the forms of a page that exists: where its re-reading stands, comments told as notices."""

    def get_page_title(self) -> str:
        return f"Modifier · {self.page_class.get_verbose_name().lower()}"  # type: ignore[attr-defined]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if note := note_for(self.page, request.user):  # type: ignore[attr-defined]
            messages.info(request, note)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]

    def send_commenting_notifications(self, changes: dict[str, Any]) -> None:
        request = self.request  # type: ignore[attr-defined]
        tell_about_comments(self.page, request.user, changes, request.site)  # type: ignore[attr-defined]


class EditPageView(DeskEditing, EditView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, unless someone else has since the form was opened: then show what was typed again.

        Wagtail asks in the browser, some seconds later, and saves without a word when the browser
        did not ask. Here the second time is the answer.
        """
        theirs = self.saved_by_someone_else()
        if theirs is None or self.expects_json_response or self.page.alias_of_id:
            return super().post(request, *args, **kwargs)
        messages.warning(request, someone_else_saved(theirs))
        self.form = self.form_class(
            request.POST,
            request.FILES,
            instance=self.page,
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=request.user,
        )
        self.form.defer_required_fields()
        self.form.is_valid()  # what is to be mended is said at once
        self.form.restore_required_fields()
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())

    def publish_action(self) -> HttpResponse:
        """Publish; when a consent was taken back since the form was checked, what was written is
        kept as a draft, for it is saved before it is published."""
        try:
            return super().publish_action()
        except ConsentGone as gone:
            kept = "Rien n’a été publié. Ce que vous avez écrit est gardé en brouillon."
            messages.error(self.request, " ".join([*gone.messages, kept]))
            return self.redirect_and_remain()

    def add_save_confirmation_message(self) -> None:
        """Say what was done: who re-read has not only saved."""
        if self.action_name != "perform_workflow_action":
            super().add_save_confirmation_message()
            return
        page = Page.objects.get(pk=self.page.pk)  # as it is now
        shown = [self.get_view_live_message_button()] if page.live else []
        messages.success(self.request, said_after(page, self.workflow_action), buttons=shown)

    def saved_by_someone_else(self) -> Revision | None:
        """Return the last version that somebody else saved since this form was opened, if any.

        What the form saved by itself since then is one's own.
        """
        if not self.is_out_of_date:
            return None
        others = self.page.revisions.exclude(user=self.request.user)
        if opened := _moment(self.request.POST.get("loaded_revision_created_at", "")):
            others = others.filter(created_at__gt=opened)
        return others.order_by("-created_at").first()


class RevertPageView(DeskEditing, RevisionsRevertView):
    """The form of an earlier version."""
