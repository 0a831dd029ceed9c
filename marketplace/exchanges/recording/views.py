"""Saying what was done, and confirming it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.todos.registry import forget_todos
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording import rules
from marketplace.exchanges.recording.forms import RecordForm
from marketplace.exchanges.recording.presentation import fact_lines, stand_words
from marketplace.exchanges.recording.rights import side_for, why_not_say
from marketplace.refusals import Refused


def _seen(request: HttpRequest) -> int:
    """Return the number of the statement that was on the page; -1 for what is none of ours."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


@login_required
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what was done, or correct what the other side said."""
    user = request.user
    found = get_object_or_404(Exchange.objects.visible_to(user).for_page(), ref=ref)
    last = rules.current(found)
    if refusal := why_not_say(user, found, last):
        messages.info(request, refusal)
        return redirect(found)
    form = RecordForm(request.POST or None, exchange=found, record=last)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["note"]
        try:
            said = rules.say(found, user, form.facts(), words, seen=_seen(request))  # type: ignore[arg-type]
        except Refused as no:
            form.add_error(None, str(no))
            last = rules.current(found)
        else:
            forget_todos(user)
            done = said.state == said.State.CONFIRMED
            messages.success(
                request, "C’est confirmé." if done else "C’est écrit : l’autre côté confirmera."
            )
            return redirect(found)
    return render(
        request,
        "marketplace/recording/record.html",
        {
            "form": form,
            "exchange": found,
            "seen": last.number if last else 0,
            "theirs": fact_lines(last, found)
            if last is not None and last.side != side_for(user, found)
            else [],
            "stands": stand_words(last, found, user) if last is not None else "",
            "breadcrumbs": [
                {"title": "Mes échanges", "url": "/mes-echanges/"},
                {"title": found.listing.display_title, "url": found.get_absolute_url()},
                {"title": "Ce qui a été fait", "url": ""},
            ],
        },
    )


@login_required
@require_POST
def confirm(request: HttpRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Exchange.objects.visible_to(request.user).for_page(), ref=ref)
    try:
        rules.confirm(found, request.user, seen=_seen(request))  # type: ignore[arg-type]
    except Refused as no:
        messages.error(request, str(no))
    else:
        forget_todos(request.user)
        messages.success(request, "C’est confirmé des deux côtés.")
    return redirect(found)
