"""«Demander une médiation», one's own words in it, and the page of the coordination."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.todos.registry import forget_todos
from marketplace.exchanges.mediation import presentation, rights, rules
from marketplace.exchanges.mediation.forms import AskForm, NoteForm, SettleForm, SpeakForm
from marketplace.exchanges.mediation.models import Mediation
from marketplace.exchanges.models import Exchange
from marketplace.form_words import FormInWords
from marketplace.refusals import Refused


def _exchange(request: HttpRequest, ref: str) -> Exchange:
    return get_object_or_404(Exchange.objects.visible_to(request.user).for_page(), ref=ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what is wrong; the coordination of both sides is told."""
    found = _exchange(request, ref)
    if refusal := rights.why_not_ask(request.user, found):
        messages.info(request, refusal)
        return redirect(found)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            rules.ask(found, request.user, form.cleaned_data["words"])  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "C’est demandé. La coordination est prévenue.")
            return redirect(found)
    return render(
        request,
        "marketplace/mediation/ask.html",
        {"form": form, "exchange": found},
        status=400 if form.errors else 200,
    )


@login_required
@require_POST
def speak(request: HttpRequest, ref: str) -> HttpResponse:
    """Add one's side's words; refused, they are given back in the same form."""
    found = _exchange(request, ref)
    mediation = get_object_or_404(Mediation.objects.filter(exchange=found).order_by("-pk")[:1])
    form = SpeakForm(request.POST)
    if form.is_valid():
        try:
            mediation.exchange = found
            rules.speak(mediation, request.user, form.cleaned_data["words"])  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Vos mots sont transmis à la coordination.")
            return redirect(found)
    return render(
        request, "marketplace/mediation/speak.html", {"form": form, "exchange": found}, status=400
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, ref: str) -> HttpResponse:
    """The page of the coordination: read, take, note, settle."""
    mediation = get_object_or_404(Mediation.objects.visible_to(request.user).for_page(), ref=ref)
    sent = request.POST.get("faire", "") if request.method == "POST" else ""
    note = NoteForm(request.POST if sent == "note" else None)
    way_out = SettleForm(request.POST if sent == "issue" else None, mediation=mediation)
    form: FormInWords | None = {"note": note, "issue": way_out}.get(sent)
    if sent and (form is None or form.is_valid()):
        try:
            said = _do(sent, mediation, request.user, form)
        except Refused as refused:
            if form is not None:
                form.add_error(None, str(refused))
            else:
                messages.error(request, str(refused))
                return redirect(mediation)
        else:
            forget_todos(request.user)
            messages.success(request, said)
            return redirect(mediation)
    user = request.user
    context: dict[str, Any] = {
        "mediation": mediation,
        "exchange": mediation.exchange,
        "note_form": note,
        "settle_form": way_out,
        "may_take": rights.may_take(user, mediation),
        "may_settle": not rights.why_not_settle(user, mediation),
        "breadcrumbs": [
            {"title": "Coordination", "url": "/coordination/"},
            {"title": "Médiations", "url": "/coordination/suivi/mediations/"},
            {"title": mediation.exchange.listing.display_title, "url": ""},
        ],
        **presentation.for_desk(mediation, user),
    }
    wrong = bool(note.errors or way_out.errors)
    return render(request, "marketplace/mediation/desk.html", context, status=400 if wrong else 200)


def _do(sent: str, mediation: Mediation, user: Any, form: FormInWords | None) -> str:
    """Do what was asked; returns the sentence that says so. Raises Refused."""
    data = form.cleaned_data if form is not None else {}
    if sent == "note":
        rules.note(mediation, user, data["body"], data["audience"])
        return "La note est enregistrée."
    if sent == "issue":
        rules.settle(mediation, user, data["outcome"], data["sentence"])
        return "L’issue est écrite, et les deux côtés sont prévenus."
    if sent != "prendre":
        raise Refused("Choisissez ce que vous voulez faire.")
    rules.take(mediation, user)
    return "Vous suivez cette médiation. Les deux côtés le savent."
