"""«Arrêter l’échange» and «Je ne peux plus venir»."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.choices import ExchangeState
from marketplace.exchanges.interrupting import participants, rights, rules
from marketplace.exchanges.interrupting.forms import LeaveForm, StopForm
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from marketplace.words import last_day_words


def _exchange(request: HttpRequest, ref: str) -> Exchange:
    return get_object_or_404(Exchange.objects.visible_to(request.user).for_page(), ref=ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask why and until when, then announce it; for safety, stop at once."""
    found = _exchange(request, ref)
    if refusal := rights.why_not_stop(request.user, found):
        messages.info(request, refusal)
        return redirect(found)
    sent = request.POST if request.method == "POST" else None
    announced = rules.announced_end(found)
    form = StopForm(sent, exchange=found, user=request.user, is_announced=announced is not None)
    if sent is not None and form.is_valid():
        try:
            found = rules.stop(found, request.user, form.wish())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            over = found.state == ExchangeState.INTERRUPTED
            messages.success(
                request,
                "L’échange est arrêté. Tout le monde est prévenu."
                if over
                else "C’est annoncé. Tout le monde est prévenu, et l’échange continue jusque-là.",
            )
            return redirect(found)
    return render(
        request,
        "marketplace/interrupting/stop.html",
        {
            "form": form,
            "exchange": found,
            "last_day": last_day_words(announced.stops_at) if announced else "",
            "may_leave": _may_leave(request, found),
        },
        status=400 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that one comes no more, where others still do."""
    found = _exchange(request, ref)
    if refusal := participants.why_not_leave(request.user, found):
        messages.info(request, refusal)
        return redirect(found)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            participants.leave(found, request.user, form.cleaned_data["words"])  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "C’est noté, et les autres sont prévenus. Merci.")
            visible = Exchange.objects.visible_to(request.user).filter(pk=found.pk).exists()
            return redirect(found if visible else "my_exchanges")
    return render(request, "marketplace/interrupting/leave.html", {"form": form, "exchange": found})


@login_required
@require_POST
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Let the exchange go on after all, before its last day."""
    found = _exchange(request, ref)
    try:
        rules.take_back(found, request.user)  # type: ignore[arg-type]
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, "L’échange continue comme convenu. Tout le monde est prévenu.")
    return redirect(found)


def _may_leave(request: HttpRequest, found: Exchange) -> bool:
    return not participants.why_not_leave(request.user, found)
