"""Asking for a listing, or answering a need: the form, its calendar, what to do when it is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from marketplace import rights as listing_rights
from marketplace.booking import presentation as booking_words
from marketplace.booking.models import Resource
from marketplace.booking.rules import NotFree
from marketplace.catalogue import contacts as listing_contacts
from marketplace.catalogue import presentation as listing_presentation
from marketplace.catalogue.charters.forms import accepted, ask_to_accept
from marketplace.catalogue.charters.rules import to_accept
from marketplace.catalogue.models import Listing
from marketplace.catalogue.protection import presentation as protection
from marketplace.exchanges import (
    choosing,
    policy,
    presentation,
    rules,
)
from marketplace.exchanges.book_form import BookForm
from marketplace.exchanges.forms import (
    AskForm,
)
from marketplace.exchanges.insurance import presentation as insurance
from marketplace.refusals import Refused


@login_required
def ask(request: HttpRequest, folder: str, ref: str) -> HttpResponse:
    """Ask for an offer or answer a need. What was typed is never lost."""
    visible = Listing.objects.in_catalogue_for(request.user).for_page()
    listing = visible.filter(ref=ref).first()
    if listing is None:
        return gone(request, ref)
    if listing.folder != folder:
        return redirect("exchange_ask", folder=listing.folder, ref=ref)
    asking = listing_rights.asking(request.user, listing)
    if not asking.organisations:
        if request.method == "POST":
            return gone(request, ref, asking.refusal)
        raise PermissionDenied(asking.refusal)
    if request.method != "POST" and not policy.by_message(listing, asking.organisations):
        return redirect("need_answer", ref)
    form = _ask_form(request, listing, asking.organisations)
    others: dict[str, Any] = {}
    charter = to_accept(listing, request.user)
    ask_to_accept(form, charter)
    if isinstance(form, BookForm) and ("other_day" in request.POST or "mois" in request.POST):
        # A day of the calendar, or its next page: nothing is asked yet, nor lost.
        form = _moved_form(form, request.POST.get("other_day", ""))
        ask_to_accept(form, charter)
    elif request.method == "POST" and form.is_valid():
        wish = replace(form.wish(), charter=accepted(form, charter))
        try:
            exchange = rules.ask(listing, request.user, form.for_organisation(), wish)
        except rules.AlreadyAsked as already:
            messages.info(request, str(already))
            return redirect(already.exchange)
        except NotFree as refusal:
            form.add_error(None, str(refusal))
            form.propose_to_wait()
            others = choosing.others(request.user, listing, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, presentation.asked_words(exchange))
            return redirect(exchange)
    contact = listing_contacts.shown_contact(listing, request.user)
    month = _month(request, listing, form)
    return render(
        request,
        "marketplace/ask.html",
        {
            "form": form,
            "listing": listing,
            "month": month,
            "calendar_facts": booking_words.facts(listing.resource) if month else [],
            "others": others,
            "series_url": choosing.series_url(listing),
            "charter": charter,
            "protections": protection.for_answering(listing, asking.organisations),
            "insurance": insurance.before_asking(listing, asking.organisations),
            "row": listing_presentation.row(listing, request.user),
            "contact": contact,
            "ask_words": listing_presentation.ask_words(listing),
            "next_steps": listing_presentation.next_steps(listing, contact, asking.organisations),
            "open_exchange": "" if listing.has_calendar else listing.open_request_url(request.user),
            "asks_for": asking.organisations[0] if len(asking.organisations) == 1 else None,
            "breadcrumbs": [
                {"title": "Entraide", "url": "/marche/"},
                {"title": listing.display_title, "url": listing.get_absolute_url()},
                {"title": listing_presentation.ask_words(listing), "url": ""},
            ],
        },
    )


def _ask_form(request: HttpRequest, listing: Listing, organisations: Any) -> AskForm:
    form_class = BookForm if listing.has_calendar else AskForm
    day = request.GET.get("jour", "")
    return form_class(
        request.POST or None,
        listing=listing,
        organisations=organisations,
        initial={"day": day, "first_day": day},
    )


def _moved_form(form: BookForm, day: str) -> BookForm:
    """Return the form with all that was typed, on another day if any, for the person to look at."""
    form.is_valid()
    return BookForm(
        listing=form.listing,
        organisations=form.organisations,
        initial=form.moved_to(day) if day else form.typed(),
    )


def _month(request: HttpRequest, listing: Listing, form: AskForm) -> dict[str, Any] | None:
    """Return the calendar beside the form: the month asked for, else that of the day chosen."""
    if not isinstance(form, BookForm):
        return None
    resource = listing.resource = Resource.objects.for_calendar().get(pk=listing.resource_id)
    form.say_what_is_left(resource)
    chosen = form.chosen_day()
    return booking_words.month(
        resource,
        request.POST.get("mois") or request.GET.get("mois") or chosen[:7],
        url_of=lambda day: f"?jour={day:%Y-%m-%d}",
        chosen=chosen,
        form="demande",
    )


def gone(request: HttpRequest, ref: str, why: str = "") -> HttpResponse:
    """Say that it is no longer open, alike for unknown and hidden, and give the text back."""
    if request.method != "POST":
        get_object_or_404(Listing.objects.in_catalogue_for(request.user), ref=ref)
    return render(
        request,
        "marketplace/no_longer_open.html",
        {"typed": request.POST.get("message", "")[:5000], "why": why},
        status=409 if why else 404,
    )
