"""The page on which one answers a need with an offer, and the way to write one for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketplace import rights
from marketplace.catalogue import contacts, presentation
from marketplace.catalogue.models import Listing
from marketplace.catalogue.protection import presentation as protection
from marketplace.choices import Direction
from marketplace.exchanges import policy
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.answers import rules
from marketplace.exchanges.answers.forms import AnswerForm
from marketplace.exchanges.presentation import asked_words
from marketplace.refusals import Refused


def _need(request: HttpRequest, ref: str) -> tuple[Listing, rights.Asking]:
    """Return the need and for whom one may answer it. Raises Http404, PermissionDenied."""
    found = Listing.objects.in_catalogue_for(request.user).filter(direction=Direction.NEED)
    need = get_object_or_404(found.for_page(), ref=ref)
    asking = rights.asking(request.user, need)
    if not asking.organisations:
        raise PermissionDenied(asking.refusal)
    return need, asking


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose one of one's offers, when, and a few words. What was typed is never lost.

    The offer comes first where calendars count time differently: each asks when in its own way.
    """
    need, asking = _need(request, ref)
    user: Any = request.user
    offers = rules.offers_for(need, user, asking.organisations)
    form = _form(
        need, asking, offers, {"offer": request.GET.get("offre", "")}, request.POST or None
    )
    asked_again = ""
    if form.asks_otherwise:
        form = _form(need, asking, offers, form.typed())
        asked_again = form.why_asked_again()
    elif request.method == "POST" and form.is_valid():
        try:
            exchange = exchange_rules.ask(need, user, form.for_organisation(), form.wish())
        except exchange_rules.AlreadyAsked as already:
            messages.info(request, str(already))
            return redirect(already.exchange)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, asked_words(exchange))
            return redirect(exchange)
    return render(
        request,
        "marketplace/answers/answer.html",
        {
            "form": form,
            "asked_again": asked_again,
            "listing": need,
            "row": presentation.row(need, user),
            "contact": contacts.shown_contact(need, user),
            "protections": protection.for_answering(need, asking.organisations),
            "has_offers": offers.exists(),
            "by_message": policy.by_message(need, asking.organisations),
            "organisations": asking.organisations,
            "breadcrumbs": [
                {"title": "Entraide", "url": "/marche/"},
                {"title": need.display_title, "url": need.get_absolute_url()},
                {"title": "Répondre avec une offre", "url": ""},
            ],
        },
        status=400 if form.errors else 200,
    )


def _form(
    need: Listing, asking: rights.Asking, offers: Any, initial: dict[str, Any], data: Any = None
) -> AnswerForm:
    return AnswerForm(
        data, listing=need, organisations=asking.organisations, offers=offers, initial=initial
    )


@login_required
@require_POST
def begin(request: HttpRequest, ref: str) -> HttpResponse:
    """Begin an offer for the need: its steps follow, then the way back here."""
    need, asking = _need(request, ref)
    chosen = request.POST.get("organisation", "")
    bodies = [one for one in asking.organisations if one.ref == chosen or not chosen]
    if not bodies:
        raise Http404
    try:
        draft = rules.start_offer(need, request.user, bodies[0])  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("need_answer", ref)
    return redirect("listing_step", draft.ref, 2)
