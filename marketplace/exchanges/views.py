"""The exchange once it is asked: one's own list, its page, and each act on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.readers import reader_for
from accounts.todos.registry import MINE, todos_for
from marketplace import rights as listing_rights
from marketplace.catalogue.charters.forms import YesForm
from marketplace.catalogue.models import Listing
from marketplace.exchanges import (
    afterwards,
    bookings,
    exits,
    policy,
    presentation,
    rights,
    rules,
    timeline,
)
from marketplace.exchanges.agreed import presentation as agreed
from marketplace.exchanges.answers import presentation as answer_words
from marketplace.exchanges.answers.rules import charter_to_accept
from marketplace.exchanges.attaching.forms import MessageForm
from marketplace.exchanges.coming.seating import seats_to_choose
from marketplace.exchanges.consents.presentation import for_exchange as consents_for
from marketplace.exchanges.forms import (
    CancelForm,
    DecisionForm,
    DeclineForm,
)
from marketplace.exchanges.handover import presentation as handover
from marketplace.exchanges.handover.today import today_of
from marketplace.exchanges.insurance import presentation as insurance
from marketplace.exchanges.mediation.presentation import for_side
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.transitions import ENDED
from marketplace.paging import page_of
from marketplace.recognition.presentation import of_exchange
from marketplace.refusals import Refused

PER_PAGE = 20


@login_required
@require_safe
def my_exchanges(request: HttpRequest) -> HttpResponse:
    """What waits for me first, then what I asked, what is asked of me, and the past."""
    user = request.user
    reader = reader_for(user)
    mine = Exchange.objects.of_person(user).for_rows()
    going_on = mine.exclude(state__in=ENDED)
    asked = Q(asked_by=user) | Q(asked_for__in=reader.associations_represented)
    requests = page_of(
        request,
        going_on.filter(asked).one_a_series(),
        PER_PAGE,
        param="demandes",
        anchor="mes-demandes",
    )
    received = page_of(
        request,
        going_on.exclude(asked).one_a_series(),
        PER_PAGE,
        param="recues",
        anchor="demandes-recues",
    )
    past = page_of(request, mine.filter(state__in=ENDED), PER_PAGE, anchor="passes")
    return render(
        request,
        "marketplace/my_exchanges.html",
        {
            "todos": todos_for(user, MINE),
            "today": today_of(user),
            "requests": [presentation.row(one, user) for one in requests],
            "received": [presentation.row(one, user) for one in received],
            "past": [presentation.row(one, user) for one in past],
            "pages": {"requests": requests, "received": received, "past": past},
            "can_create": listing_rights.can_create(user),
        },
    )


def _exchange(request: HttpRequest, ref: str) -> Exchange:
    return get_object_or_404(Exchange.objects.visible_to(request.user).for_page(), ref=ref)


@login_required
@require_safe
def exchange(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, _exchange(request, ref))


@login_required
@require_POST
def write(request: HttpRequest, ref: str) -> HttpResponse:
    found = _exchange(request, ref)
    accepted = found.contact_accepted_at is not None
    form = MessageForm(request.POST, request.FILES, contact_accepted=accepted)
    if form.is_valid():
        data = form.cleaned_data
        try:
            rules.write(found, request.user, data["body"], data["files"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{found.get_absolute_url()}#conversation")
    return _page(request, found, message_form=form)


@login_required
@require_POST
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    found = _exchange(request, ref)
    yes_form = YesForm(request.POST, version=charter_to_accept(found, request.user))
    if rights.can_answer(request.user, found) and not yes_form.is_valid():
        return _page(request, found, yes_form=yes_form)
    try:
        rules.accept(
            found,
            request.user,
            seen=request.POST.get("state", ""),
            slot=request.POST.get("slot", ""),
            charter=yes_form.accepted() if yes_form.is_valid() else 0,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "C’est dit : l’autre côté est prévenu.")
    return redirect(found)


@login_required
@require_POST
def take_offer(request: HttpRequest, ref: str) -> HttpResponse:
    """Say yes to what fell free for whoever waited."""
    found = _exchange(request, ref)
    try:
        bookings.take_offer(found, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, presentation.asked_words(found))
    return redirect(found)


@login_required
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask for the reason, then say no."""
    found = _exchange(request, ref)
    if refusal := rights.why_not_answer(request.user, found):
        return _refused(request, found, refusal)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rules.decline(
                found, request.user, form.cleaned_data["code"], form.cleaned_data["words"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "C’est dit, avec votre raison.")
            return redirect(found)
    return render(
        request,
        "marketplace/exchange_decline.html",
        {"form": form, "exchange": found, "row": presentation.row(found, request.user)},
    )


@login_required
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    found = _exchange(request, ref)
    if refusal := rights.why_not_cancel(request.user, found):
        return _refused(request, found, refusal)
    needs_reason = rights.owes_a_reason(request.user, found)
    form = CancelForm(request.POST if request.method == "POST" else None, needs_reason=needs_reason)
    if request.method == "POST" and form.is_valid():
        try:
            rules.cancel(found, request.user, *form.reason())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "C’est annulé, et l’autre côté est prévenu.")
            return redirect(found)
    return render(
        request,
        "marketplace/exchange_cancel.html",
        {
            "form": form,
            "exchange": found,
            "words": presentation.cancel_words(found),
            "needs_reason": needs_reason,
        },
    )


@login_required
@require_POST
def add_decision(request: HttpRequest, ref: str) -> HttpResponse:
    found = _exchange(request, ref)
    form = DecisionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            rules.add_decision(found, request.user, form.cleaned_data["decision"])
        except Refused as refusal:
            form.add_error("decision", str(refusal))
        else:
            messages.success(request, "La décision est déposée.")
            return redirect(found)
    return _page(request, found, decision_form=form)


def _blocked(found: Exchange, user: Any) -> str:
    """Return why who may answer cannot say yes now, or an empty text."""
    if refusal := rights.why_not_accept(user, found):
        return refusal
    if found.state == presentation.S.INTRODUCTION:
        return ""
    return policy.refusal_to_agree(found) or bookings.why_not_now(found)


def _refused(request: HttpRequest, found: Exchange, refusal: str) -> HttpResponse:
    """Take back to the exchange, where one sees what happened meanwhile."""
    messages.info(request, refusal)
    return redirect(found)


def _page(
    request: HttpRequest,
    found: Exchange,
    message_form: MessageForm | None = None,
    decision_form: DecisionForm | None = None,
    yes_form: YesForm | None = None,
) -> HttpResponse:
    user = request.user
    conversation = found.messages.select_related("author", "for_organisation").prefetch_related(
        "attachments"
    )
    accept_word, accept_note = presentation.accept_words(found)
    can_answer = rights.can_answer(user, found)
    charter = charter_to_accept(found, user) if can_answer else None
    context: dict[str, Any] = {
        "exchange": found,
        "listing": found.listing,
        "summary": presentation.summary_line(found),
        "state": presentation.state_words(found),
        "state_kind": presentation.STATE_KINDS[presentation.S(found.state)],
        "steps": timeline.steps(found, user),
        "bubbles": presentation.conversation(found, conversation, user),
        "people": presentation.people(found, user),
        "names_shared": found.contact_accepted_at is not None,
        "lent": presentation.lent_words(found),
        "time_words": presentation.time_words(found),
        "can_answer": can_answer,
        "accept_word": accept_word,
        "accept_note": accept_note,
        "blocked": _blocked(found, user) if can_answer else "",
        "charter": charter,
        "yes_form": yes_form or YesForm(version=charter),
        "seats": seats_to_choose(found)
        if can_answer and found.state != presentation.S.INTRODUCTION
        else [],
        "offer": presentation.offer_words(found)
        if not rights.why_not_take_offer(user, found)
        else "",
        "ending": afterwards.cards(found, user),
        "recognition": of_exchange(found, user),
        "insurance": insurance.card(found, user),
        "agreed": agreed.card(found),
        "handover": handover.card(found, user),
        "offer_line": answer_words.offer_line(found, user),
        "can_cancel": rights.can_cancel(user, found),
        "exits": exits.ways_out(found, user),
        "mediation": for_side(found, user),
        "comes": found.slot_id is not None and rights.side_of(user, found) == rights.ASKING,
        "cancel_words": presentation.cancel_words(found),
        "can_write": rights.can_write(user, found),
        "message_form": message_form or MessageForm(),
        "consents": consents_for(found, user),
        "decision_words": presentation.decision_state(found),
        "decision_url": found.decision.url
        if found.decision and rights.may_read_decision(user, found)
        else "",
        "can_add_decision": policy.needs_decision(found) and rights.can_add_decision(user, found),
        "decision_form": decision_form or DecisionForm(),
        "listing_visible": Listing.objects.visible_to(user).filter(pk=found.listing_id).exists(),
        "breadcrumbs": [
            {"title": "Mes échanges", "url": "/mes-echanges/"},
            {"title": found.listing.display_title, "url": ""},
        ],
    }
    wrong = any(
        form is not None and form.errors for form in (message_form, decision_form, yes_form)
    )
    return render(request, "marketplace/exchange.html", context, status=400 if wrong else 200)
