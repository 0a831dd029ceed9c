"""Asking for several days in steps, and the page of what was asked together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.references import new_reference, sent_back
from marketplace import rights as listing_rights
from marketplace.booking import alternatives, recurring
from marketplace.booking import presentation as booking_words
from marketplace.booking.models import Resource
from marketplace.catalogue import presentation as listing_presentation
from marketplace.catalogue.charters.forms import accepted, ask_to_accept
from marketplace.catalogue.charters.models import CharterVersion
from marketplace.catalogue.charters.rules import to_accept
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rights
from marketplace.exchanges.asking_views import gone
from marketplace.exchanges.forms import CancelForm, DeclineForm
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.series import presentation, rules
from marketplace.exchanges.series.forms import AddDayForm, DatesForm, SeriesForm
from marketplace.exchanges.series.models import Series
from marketplace.refusals import Refused

# The buttons of the pages: see the dates, change what one wants, add a day, confirm.
LOOK, CHANGE, ADD, CONFIRM = "look", "change", "add", "confirm"


@login_required
def ask(request: HttpRequest, folder: str, ref: str) -> HttpResponse:
    """Ask for several days: how often and until when, then each date before anything is booked."""
    listing = Listing.objects.in_catalogue_for(request.user).for_page().filter(ref=ref).first()
    if listing is None:
        return gone(request, ref)
    if listing.folder != folder or not listing.has_calendar:
        return redirect("exchange_ask", folder=listing.folder, ref=ref)
    asking = listing_rights.asking(request.user, listing)
    if not asking.organisations:
        if request.method == "POST":
            return gone(request, ref, asking.refusal)
        raise PermissionDenied(asking.refusal)
    listing.resource = Resource.objects.for_calendar().get(pk=listing.resource_id)
    step = request.POST.get("step", "")
    form = _form(request, listing, asking.organisations, step)
    charter = to_accept(listing, request.user)  # type: ignore[arg-type]
    ask_to_accept(form, charter)
    if not form.is_bound or not form.is_valid():
        return _first_page(request, listing, form, charter)
    return _dates(request, listing, form, step, charter)


def _form(request: HttpRequest, listing: Listing, organisations: Any, step: str) -> SeriesForm:
    """Return the form: bound once it was sent, else begun with what was typed before."""
    if step in (LOOK, ADD, CONFIRM):
        return SeriesForm(request.POST, listing=listing, organisations=organisations)
    typed = request.POST if request.method == "POST" else request.GET
    initial = {name: value for name, value in typed.items() if value}
    if day := initial.pop("jour", ""):
        initial |= {"day": day, "first_day": day}
    return SeriesForm(listing=listing, organisations=organisations, initial=initial)


def _first_page(
    request: HttpRequest, listing: Listing, form: SeriesForm, charter: CharterVersion | None
) -> HttpResponse:
    chosen = form.chosen_day()
    month = booking_words.month(
        listing.resource,
        request.GET.get("mois") or chosen[:7],
        url_of=lambda day: f"?jour={day:%Y-%m-%d}",
        chosen=chosen,
    )
    return render(
        request,
        "marketplace/series/ask.html",
        {
            "form": form,
            "listing": listing,
            "charter": charter,
            "row": listing_presentation.row(listing, request.user),
            "month": month,
            "calendar_facts": booking_words.facts(listing.resource),
            "breadcrumbs": _breadcrumbs(listing),
        },
        status=400 if form.errors else 200,
    )


def _dates(
    request: HttpRequest,
    listing: Listing,
    form: SeriesForm,
    step: str,
    charter: CharterVersion | None,
) -> HttpResponse:
    add = AddDayForm(request.POST if step == ADD else None)
    if step == ADD and add.is_valid():
        form.add_day(add.cleaned_data["more"])
        add = AddDayForm()
    if len(form.days()) > recurring.MOST:
        form.add_error(None, f"Pas plus de {recurring.MOST} dates.")
        return _first_page(request, listing, form, charter)
    dates = _dates_form(request, listing, form, request.POST if step == CONFIRM else None)
    if step == CONFIRM and dates.is_valid():
        try:
            series = rules.ask_all(
                request.user,
                form.for_organisation(),
                dates.planned(form, accepted(form, charter)),
                ref=sent_back(request.POST.get("series", "")),
                every_weeks=form.every_weeks,
                until=form.ends_on,
            )
        except rules.AlreadyPlanned as already:
            messages.info(request, str(already))
            return redirect(already.series)
        except Refused as refusal:
            # What was free a moment ago may be no more: each date is looked at again.
            dates = _dates_form(request, listing, form, request.POST)
            dates.add_error(None, str(refusal))
        else:
            made = list(series.exchanges.for_rows())
            messages.success(request, presentation.asked_words(made))
            return redirect(series)
    return render(
        request,
        "marketplace/series/dates.html",
        {
            "form": form,
            "dates": dates,
            "add": add,
            "listing": listing,
            "found": presentation.found_words(dates.occurrences),
            "has_other_choices": any(not one.is_free for one in dates.occurrences),
            "series_ref": sent_back(request.POST.get("series", "")) or new_reference(),
            "breadcrumbs": _breadcrumbs(listing),
        },
        status=400 if dates.errors or add.errors else 200,
    )


def _dates_form(
    request: HttpRequest, listing: Listing, form: SeriesForm, data: QueryDict | None
) -> DatesForm:
    shape = form.shape()
    found = recurring.occurrences(listing.resource, shape, form.days())  # type: ignore[arg-type]
    not_free = [one.day for one in found if not one.is_free and one.state != recurring.TOO_LONG]
    elsewhere = alternatives.elsewhere(
        request.user, listing, shape, not_free, same_access=True, shown=2
    )
    return DatesForm(data, occurrences=found, elsewhere=elsewhere)


@login_required
@require_safe
def series(request: HttpRequest, ref: str) -> HttpResponse:
    found, exchanges = _series(request, ref)
    return _page(request, found, exchanges)


@login_required
@require_POST
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Say yes to the dates that are ticked, or no with a reason."""
    found, exchanges = _series(request, ref)
    refs = request.POST.getlist("date")
    if request.POST.get("answer") != "no":
        return _answered(request, found, exchanges, refs)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, exchanges, decline=form, ticked=refs)
    return _answered(
        request, found, exchanges, refs, form.cleaned_data["code"], form.cleaned_data["words"]
    )


def _answered(
    request: HttpRequest,
    found: Series,
    exchanges: list[Exchange],
    refs: list[str],
    code: str = "",
    words: str = "",
) -> HttpResponse:
    try:
        rules.answer(found, request.user, refs, code=code, words=words)
    except Refused as refusal:
        return _page(request, found, exchanges, refusal=str(refusal), ticked=refs)
    messages.success(request, "C’est dit : l’autre côté est prévenu.")
    return redirect(found)


@login_required
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Give up a date and all that follow it."""
    found, exchanges = _series(request, ref)
    since = request.POST.get("depuis") or request.GET.get("depuis") or ""
    first = next((one for one in exchanges if one.ref == since), exchanges[0])
    following = [
        one
        for one in exchanges
        if one.wanted_from >= first.wanted_from and rights.can_cancel(request.user, one)  # type: ignore[operator]
    ]
    if not following:
        messages.info(request, "Il n’y a plus rien à annuler à partir de cette date.")
        return redirect(found)
    needs_reason = any(rights.owes_a_reason(request.user, one) for one in following)
    form = CancelForm(request.POST if request.method == "POST" else None, needs_reason=needs_reason)
    if request.method == "POST" and form.is_valid():
        try:
            rules.cancel_from(found, request.user, first, *form.reason())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "C’est annulé, et l’autre côté est prévenu.")
            return redirect(found)
    return render(
        request,
        "marketplace/series/cancel.html",
        {
            "form": form,
            "series": found,
            "since": first.ref,
            "title": exchanges[0].listing.display_title,
            "what": presentation.cancel_words(following),
            "needs_reason": needs_reason,
        },
        status=400 if form.errors else 200,
    )


def _series(request: HttpRequest, ref: str) -> tuple[Series, list[Exchange]]:
    found = get_object_or_404(Series.objects.visible_to(request.user), ref=ref)
    seen = Exchange.objects.visible_to(request.user).filter(series=found).for_page()
    return found, list(seen.order_by("wanted_from", "pk"))


def _page(
    request: HttpRequest,
    found: Series,
    exchanges: list[Exchange],
    *,
    decline: DeclineForm | None = None,
    refusal: str = "",
    ticked: list[str] | None = None,
) -> HttpResponse:
    user = request.user
    to_answer = rules.to_answer(found, user)
    wrong = bool(refusal or decline is not None)
    return render(
        request,
        "marketplace/series/series.html",
        {
            "series": found,
            "title": exchanges[0].listing.display_title,
            "summary": presentation.line(exchanges),
            "rhythm": presentation.rhythm_words(found, exchanges),
            "rows": presentation.rows(found, exchanges, user),
            "to_answer": presentation.to_answer(to_answer, ticked),
            "decline": decline or DeclineForm(),
            "declining": decline is not None,
            "refusal": refusal,
            "people": presentation.people(exchanges, user),
            "message": presentation.message(exchanges, user),
            "breadcrumbs": [
                {"title": "Mes échanges", "url": "/mes-echanges/"},
                {"title": exchanges[0].listing.display_title, "url": ""},
            ],
        },
        status=400 if wrong else 200,
    )


def _breadcrumbs(listing: Listing) -> list[dict[str, Any]]:
    return [
        {"title": "Entraide", "url": "/marche/"},
        {"title": listing.display_title, "url": listing.get_absolute_url()},
        {"title": "Réserver plusieurs dates", "url": ""},
    ]
