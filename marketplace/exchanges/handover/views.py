"""The page of a hand-over and of an incident, and where the code on a key box leads."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from marketplace.booking.models import Unit
from marketplace.catalogue.models import Listing
from marketplace.exchanges import presentation as exchange_words
from marketplace.exchanges.handover import (
    incidents,
    never_taken,
    presentation,
    queries,
    rights,
    rules,
)
from marketplace.exchanges.handover.forms import AnswerForm, RecordForm, SettleForm
from marketplace.exchanges.handover.models import HandOver
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from marketplace.words import NBSP


def _exchange(request: HttpRequest, ref: str) -> Exchange:
    visible = Exchange.objects.visible_to(request.user).for_page()
    found = get_object_or_404(
        visible.select_related("listing__loan_terms", "offer__loan_terms"), ref=ref
    )
    if not rights.concerns_things(found):
        raise Http404
    return found


@login_required
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what was noted and what may be noted now; a POST notes it."""
    found = _exchange(request, ref)
    if request.method != "POST":
        return _page(request, found)
    moment = request.POST.get("moment", "")
    if moment not in HandOver.Moment.values:
        return _page(request, found, status=400)
    form = _form(request, found, moment)
    if form.is_valid():
        try:
            noted = rules.record(found, request.user, moment, form.state())
        except Refused as refusal:
            if presentation.next_moment(found, request.user) != moment:
                messages.info(request, str(refusal))
                return redirect(presentation.url(found))
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _noted_words(noted))
            return redirect(presentation.url(found))
    return _page(request, found, record_form=form, status=400)


def _form(request: HttpRequest, found: Exchange, moment: str) -> RecordForm:
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    return RecordForm(*bound, exchange=found, user=request.user, moment=moment)


def _noted_words(noted: HandOver) -> str:
    if noted.is_waiting:
        return "C’est noté. L’autre côté est prévenu, et confirme de son côté."
    return (
        f"C’est noté. Bonne route{NBSP}!"
        if (noted.moment == HandOver.Moment.LEAVING)
        else "C’est noté, merci."
    )


@login_required
@require_POST
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Agree with what the other side noted, or say what differs."""
    found = _exchange(request, ref)
    noted = get_object_or_404(
        found.hand_overs.select_related(
            "exchange__listing__loan_terms", "exchange__offer__loan_terms"
        ),
        moment=request.POST.get("moment", ""),
    )
    noted.exchange = found
    form = AnswerForm(request.POST, hand_over=noted, user=request.user)
    if not form.is_valid():
        return _page(request, found, answer_form=form, status=400)
    data = form.cleaned_data
    try:
        rules.answer(
            noted,
            request.user,
            data["words"],
            licence=bool(data.get("licence")),
            drivers=data.get("drivers") or "",
        )
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, "C’est confirmé, merci.")
    return redirect(presentation.url(found))


@login_required
@require_POST
def start(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that what has no date has begun."""
    visible = Exchange.objects.visible_to(request.user).for_page()
    found = get_object_or_404(visible, ref=ref)
    try:
        rules.start(found, request.user)
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, f"C’est noté{NBSP}: l’échange est en cours.")
    return redirect(found)


@login_required
@require_POST
def not_taken(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that nobody came for what was booked."""
    found = _exchange(request, ref)
    try:
        never_taken.say(found, request.user)
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, f"C’est noté{NBSP}: la réservation est close.")
    return redirect(found)


def _page(
    request: HttpRequest,
    found: Exchange,
    record_form: RecordForm | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    moment = presentation.next_moment(found, user)
    noted = list(found.hand_overs.all())
    for one in noted:
        one.exchange = found
    waiting = next((one for one in noted if not rights.why_not_answer(user, one)), None)
    if moment and record_form is None:
        record_form = RecordForm(exchange=found, user=user, moment=moment)
    if waiting and answer_form is None:
        answer_form = AnswerForm(hand_over=waiting, user=user)
    title = "Remise et retour" if rights.comes_back(found) else "Remise"
    return render(
        request,
        "marketplace/handover/page.html",
        {
            "exchange": found,
            "title": title,
            "summary": exchange_words.summary_line(found),
            "lent": exchange_words.lent_words(found),
            "states": presentation.states(found, user),
            "record_form": record_form if moment else None,
            "action": presentation.action_words(found, user, moment) if moment else "",
            "is_return": moment == HandOver.Moment.RETURN,
            "answer_form": answer_form if waiting else None,
            "why_not": "" if moment or waiting else _why_nothing(found, user, noted),
            "breadcrumbs": [
                {"title": "Mes échanges", "url": "/mes-echanges/"},
                {"title": found.listing.display_title, "url": found.get_absolute_url()},
                {"title": title, "url": ""},
            ],
        },
        status=status,
    )


def _why_nothing(found: Exchange, user: object, noted: list[HandOver]) -> str:
    """Return why nothing may be noted now; empty once both moments are."""
    moments = {one.moment for one in noted}
    if HandOver.Moment.LEAVING not in moments and not moments:
        return rights.why_not_record(user, found, HandOver.Moment.LEAVING)
    if HandOver.Moment.RETURN not in moments and rights.comes_back(found):
        return rights.why_not_record(user, found, HandOver.Moment.RETURN)
    return ""


@login_required
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what was damaged; whoever lends it says how it ended."""
    found = get_object_or_404(queries.incidents_of(request.user), ref=ref)
    refusal = rights.why_not_settle(request.user, found)
    form = None if refusal else SettleForm(request.POST or None)
    if request.method == "POST":
        if form is None:
            messages.info(request, refusal)
            return redirect(found)
        if form.is_valid():
            data = form.cleaned_data
            try:
                incidents.settle(found, request.user, data["outcome"], data["words"])
            except Refused as overtaken:
                messages.info(request, str(overtaken))
            else:
                messages.success(request, "C’est réglé, et les personnes sont prévenues.")
            return redirect(found)
    return render(
        request,
        "marketplace/handover/incident.html",
        {
            **presentation.incident_page(found, request.user),
            "exchange": found.exchange,
            "form": form,
            "breadcrumbs": [
                {"title": "Mes échanges", "url": "/mes-echanges/"},
                {
                    "title": found.exchange.listing.display_title,
                    "url": found.exchange.get_absolute_url(),
                },
                {"title": "Incident", "url": ""},
            ],
        },
        status=400 if form is not None and form.errors else 200,
    )


@login_required
@require_safe
def unit(request: HttpRequest, ref: str) -> HttpResponse:
    """Lead from the code on a key box to the hand-over of whoever has it now, else the listing."""
    found = get_object_or_404(Unit.objects.select_related("resource"), ref=ref)
    exchange = queries.having(found.pk, request.user, timezone.now())
    if exchange is not None:
        return redirect(presentation.url(exchange))
    listings = Listing.objects.visible_to(request.user).filter(resource=found.resource_id)
    listing = listings.order_by("state", "pk").filter(state="published").first()
    if listing is None:
        raise Http404
    return redirect(listing)
