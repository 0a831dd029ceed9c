"""The calendar of a listing, for whoever keeps it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from marketplace.booking import keeping, parting, presentation, setting_up
from marketplace.booking.forms import CalendarForm, ClosureForm, HoursFormSet, KeepForm
from marketplace.booking.models import Allocation, Resource
from marketplace.catalogue.models import Listing
from marketplace.catalogue.writing import editable
from marketplace.paging import page_of
from marketplace.refusals import Refused

PER_PAGE = 30


@login_required
def calendar(request: HttpRequest, ref: str) -> HttpResponse:
    """What it is made of: how many, when it is open, how one books it."""
    listing = _listing(request, ref)
    resource = _resource(listing)
    form = CalendarForm(request.POST or None, initial=keeping.initial(listing, resource))
    form.say_what_is_out_of_service(resource)
    hours = HoursFormSet(
        request.POST or None, prefix="plages", initial=keeping.initial_hours(resource)
    )
    if request.method == "POST" and form.is_valid() & hours.is_valid():
        said = [one for one in (each.hours() for each in hours) if one]
        try:
            setting_up.set_up(listing, request.user, form.set_up(said))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Le calendrier est enregistré.")
            return redirect("listing_calendar_dates", listing.ref)
    return render(
        request,
        "marketplace/calendar_form.html",
        {
            "listing": listing,
            "resource": resource,
            "form": form,
            "hours": hours,
            "is_shared": parting.is_shared(listing),
            "others": setting_up.kept_calendars(request.user, listing) if resource is None else [],
            "breadcrumbs": _breadcrumbs(listing, "Calendrier"),
        },
        status=400 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def share(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a calendar that the organisation has already."""
    listing = _listing(request, ref)
    ref = request.POST.get("resource", "")
    if not ref.isalnum():
        raise Http404
    resource = get_object_or_404(setting_up.kept_calendars(request.user, listing), ref=ref)
    try:
        setting_up.share(listing, request.user, resource)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Les deux annonces ont désormais le même calendrier.")
    return redirect("listing_calendar", listing.ref)


@login_required
@require_POST
def part(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a calendar apart from the other listings that have the same."""
    listing = _listing(request, ref)
    try:
        parting.part(listing, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Cette annonce a désormais son calendrier à elle.")
    return redirect("listing_calendar", listing.ref)


@login_required
def dates(request: HttpRequest, ref: str) -> HttpResponse:
    """What is reserved, the days of closure, the days that one keeps."""
    listing = _kept(request, ref)
    resource = _resource(listing)
    if resource is None:
        return redirect("listing_calendar", listing.ref)
    which = request.POST.get("form")
    closure_form = ClosureForm(request.POST if which == "closure" else None, prefix="fermeture")
    keep_form = KeepForm(
        request.POST if which == "keep" else None, prefix="garder", resource=resource
    )
    page = page_of(request, keeping.to_come(resource), PER_PAGE)
    closed = closure_form.is_valid() and _close(request, listing, resource, closure_form)
    kept = keep_form.is_valid() and _keep(request, listing, resource, keep_form)
    if closed or kept:
        return redirect("listing_calendar_dates", listing.ref)
    return render(
        request,
        "marketplace/calendar_dates.html",
        {
            "listing": listing,
            "resource": resource,
            "month": presentation.month(resource, request.GET.get("mois")),
            "page": page,
            "reserved": keeping.rows(list(page), request.user),
            "closures": keeping.closures_to_come(resource),
            "closure_form": closure_form,
            "keep_form": keep_form,
            "breadcrumbs": _breadcrumbs(listing, "Dates"),
        },
        status=400 if closure_form.errors or keep_form.errors else 200,
    )


@login_required
@require_POST
def open_again(request: HttpRequest, ref: str, closure: str) -> HttpResponse:
    listing = _kept(request, ref)
    # Another tab, or somebody else, may have been faster: it is what was wanted.
    for found in _booked(listing).closures.filter(ref=closure):
        setting_up.open_again(found, listing, request.user)
    messages.success(request, "Ces jours sont de nouveau ouverts.")
    return redirect("listing_calendar_dates", listing.ref)


@login_required
@require_POST
def give_back(request: HttpRequest, ref: str, kept: str) -> HttpResponse:
    listing = _kept(request, ref)
    live = Allocation.objects.filter(resource=_booked(listing))
    found = get_object_or_404(live, ref=kept)
    try:
        setting_up.give_back(found, listing, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Ces dates sont de nouveau libres.")
    return redirect("listing_calendar_dates", listing.ref)


def _close(request: HttpRequest, listing: Listing, resource: Resource, form: ClosureForm) -> bool:
    data = form.cleaned_data
    first, last = data["first_day"], data["last_day"]
    try:
        setting_up.close(resource, listing, request.user, first, last, data["reason"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, keeping.closed_words(setting_up.reserved_then(resource, first, last)))
    return True


def _keep(request: HttpRequest, listing: Listing, resource: Resource, form: KeepForm) -> bool:
    data = form.cleaned_data
    try:
        setting_up.keep_for_ourselves(
            resource,
            listing,
            request.user,
            form.period(),
            data["purpose"],
            data["reason"],
            units=data.get("units", ()),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Ces dates sont gardées.")
    return True


def _listing(request: HttpRequest, ref: str) -> Listing:
    """Return a listing that this person edits and that may have a calendar."""
    listing = editable(request, ref)
    if refusal := setting_up.why_not_set_up(request.user, listing):
        raise PermissionDenied(refusal)
    return listing


def _kept(request: HttpRequest, ref: str) -> Listing:
    """Return a listing whose calendar this person keeps, archived or not: what is reserved comes.

    Raises Http404 when they may not see it, PermissionDenied when they may only read it.
    """
    seen = Listing.objects.handled_by(request.user).select_related("organisation")
    listing = get_object_or_404(seen, ref=ref)
    if refusal := setting_up.why_not_keep(request.user, listing):
        raise PermissionDenied(refusal)
    if listing.resource_id is None and (
        refusal := setting_up.why_not_set_up(request.user, listing)
    ):
        raise PermissionDenied(refusal)
    return listing


def _resource(listing: Listing) -> Resource | None:
    if listing.resource_id is None:
        return None
    return Resource.objects.for_calendar().get(pk=listing.resource_id)


def _booked(listing: Listing) -> Resource:
    return get_object_or_404(Resource, pk=listing.resource_id)


def _breadcrumbs(listing: Listing, title: str) -> list[dict[str, Any]]:
    return [
        {"title": "Mes annonces", "url": reverse("my_listings")},
        {"title": listing.display_title, "url": listing.get_absolute_url()},
        {"title": title, "url": ""},
    ]
