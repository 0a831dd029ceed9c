"""Reading answers at the desk: pages of our own, on own rows (home/tenancy/opened.py checks)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.auth import require_admin_access

from accounts.spreadsheets import table_response
from home.calls import export, rules
from home.calls.models import CallAnswer, CallPage, PublicationConsent
from home.calls.queries import open_calls_first, with_counts
from home.calls.stories import can_make_story, make_story
from home.tenancy.own import own

ANSWERS_A_SCREEN = 30
CALLS_A_SCREEN = 50
FORMATS = ("csv", "xlsx")


class FilterForm(forms.Form):
    """What one wants to read; what it does not understand filters nothing."""

    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Toutes"), *CallAnswer.State.choices],
    )
    accord = forms.ChoiceField(
        label="Accord de publication",
        required=False,
        choices=[("", "Tous"), *PublicationConsent.choices],
    )

    def apply(self, answers: Any) -> Any:
        self.is_valid()
        for name, column in (("etat", "state"), ("accord", "consent")):
            if value := self.cleaned_data.get(name):
                answers = answers.filter(**{column: value})
        return answers

    @property
    def query(self) -> str:
        """Return the filters in force as the query of an address, to keep them."""
        kept = {name: value for name, value in self.cleaned_data.items() if value}
        return "&".join(f"{name}={value}" for name, value in kept.items())


@require_safe
@require_admin_access
def calls(request: HttpRequest) -> HttpResponse:
    """The desk's calls, the open ones first, with what is to be read in each."""
    found = with_counts(own(CallPage.objects.all())).order_by(*open_calls_first())
    page = Paginator(found.defer_streamfields(), CALLS_A_SCREEN).get_page(request.GET.get("page"))
    return render(request, "home/calls/desk/calls.html", {"calls": page})


@never_cache
@require_safe
@require_admin_access
def answers(request: HttpRequest, page_id: int) -> HttpResponse:
    call = _call(page_id)
    every = CallAnswer.objects.at_desk(call)
    filters = FilterForm(request.GET)
    shown = filters.apply(every.select_related("author"))
    page = Paginator(shown, ANSWERS_A_SCREEN).get_page(request.GET.get("page"))
    context = {
        "call": call,
        "filters": filters,
        "answers": page,
        "total": every.count(),
        "waiting": every.waiting().count(),
    }
    return render(request, "home/calls/desk/answers.html", context)


@never_cache
@require_safe
@require_admin_access
def answers_export(request: HttpRequest, page_id: int, file_format: str) -> HttpResponse:
    """The filtered answers as a spreadsheet."""
    if file_format not in FORMATS:
        raise Http404
    call = _call(page_id)
    shown = FilterForm(request.GET).apply(CallAnswer.objects.at_desk(call).select_related("author"))
    rows = export.table(call, shown)
    name = f"reponses-{slugify(call.title)[:60] or call.pk}"
    return table_response(rows, name, file_format, "Réponses")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_admin_access
def answer(request: HttpRequest, page_id: int, answer_ref: str) -> HttpResponse:
    """One answer, and what one decides of it."""
    call, found = _answer(page_id, answer_ref)
    if found is None:
        return _gone(request, call)
    if request.method == "POST":
        return _decide(request, call, found)
    context = {"call": call, "answer": found, "may_tell": can_make_story(found)}
    return render(request, "home/calls/desk/answer.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_admin_access
def answer_delete(request: HttpRequest, page_id: int, answer_ref: str) -> HttpResponse:
    call, found = _answer(page_id, answer_ref)
    if found is None:
        return _gone(request, call)
    if request.method == "POST":
        try:
            rules.discard(found, request.POST.get("seal", ""))
        except rules.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk_answer", call.pk, found.pk)
        messages.success(request, "La réponse est supprimée.")
        return redirect("desk_call", call.pk)
    return render(request, "home/calls/desk/delete.html", {"call": call, "answer": found})


def _decide(request: HttpRequest, call: CallPage, found: CallAnswer) -> HttpResponse:
    """Do what the editor chose, unless the answer is not what they have read any more."""
    try:
        return _done(request, call, found, request.POST.get("seal", ""))
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_answer", call.pk, found.pk)


def _done(request: HttpRequest, call: CallPage, found: CallAnswer, seal: str) -> HttpResponse:
    decision = request.POST.get("decision", "")
    if decision == "story":
        story = make_story(found, request.user, seal)
        messages.success(
            request, "Le récit est en brouillon : relisez-le, complétez-le, puis publiez-le."
        )
        return redirect("wagtailadmin_pages:edit", story.pk)
    if decision in (CallAnswer.State.NEW, CallAnswer.State.READ, CallAnswer.State.TO_TELL):
        rules.mark(found, decision, seal)
        messages.success(request, f"La réponse est marquée « {found.get_state_display()} ».")
        left = CallAnswer.objects.at_desk(call).waiting().exclude(pk=found.pk).first()
        if left is not None and decision != CallAnswer.State.NEW:
            return redirect("desk_answer", call.pk, left.pk)
        return redirect("desk_call", call.pk)
    return redirect("desk_answer", call.pk, found.pk)


def _call(page_id: int) -> CallPage:
    return get_object_or_404(own(CallPage.objects.all()).defer_streamfields(), pk=page_id)


def _gone(request: HttpRequest, call: CallPage) -> HttpResponse:
    """Lead to the other answers from one that is not there: its author may have taken it back."""
    if request.method != "POST":
        raise Http404
    messages.error(request, rules.WITHDRAWN)
    return redirect("desk_call", call.pk)


def _answer(page_id: int, answer_ref: str) -> tuple[CallPage, CallAnswer | None]:
    call = _call(page_id)
    rows = CallAnswer.objects.at_desk(call).select_related("author", "story", "call")
    return call, rows.filter(pk=answer_ref).first()
