"""«Je viens», «Je ne peux plus venir», and the page of who comes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.members.desk import desk_of
from marketplace import rights as listing_rights
from marketplace.catalogue.models import Listing
from marketplace.catalogue.slots import is_of_hands, slots_of
from marketplace.exchanges.coming import presentation, rules, writing
from marketplace.exchanges.coming.forms import SayForForm, WriteToAllForm
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused
from marketplace.words import counted


@login_required
@require_POST
def come(request: HttpRequest, ref: str) -> HttpResponse:
    """One tap: keep a place, or join the waiting line; a second tap finds it done."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user), ref=ref)
    asking = listing_rights.asking(request.user, listing)
    chosen = request.POST.get("organisation", "")
    bodies = [one for one in asking.organisations if one.ref == chosen or not chosen]
    try:
        if not bodies:
            raise Refused(asking.refusal or "Choisissez l’organisme pour lequel vous venez.")
        exchange = rules.come(
            listing,
            request.user,  # type: ignore[arg-type]
            bodies[0],
            slot=request.POST.get("slot", ""),
            whose_time=request.POST.get("whose_time", ""),
        )
    except rules.AlreadyComing as already:
        messages.info(request, str(already))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, presentation.come_words(exchange))
    return redirect(f"{listing.get_absolute_url()}#demander")


def _own(request: HttpRequest, ref: str) -> Exchange:
    found = Exchange.objects.visible_to(request.user).filter(slot__isnull=False).for_page()
    return get_object_or_404(found, ref=ref)


@login_required
@require_POST
def no_longer(request: HttpRequest, ref: str) -> HttpResponse:
    """One tap too: the place is free again, and nobody is asked why."""
    exchange = _own(request, ref)
    try:
        rules.no_longer(exchange, request.user, request.POST.get("reason", ""))  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            "C’est dit. La place est libre pour quelqu’un d’autre : merci d’avoir prévenu.",
        )
    if Listing.objects.visible_to(request.user).filter(pk=exchange.listing_id).exists():
        return redirect(f"{exchange.listing.get_absolute_url()}#demander")
    return redirect(exchange)


@login_required
@require_POST
def take(request: HttpRequest, ref: str) -> HttpResponse:
    """Say yes to the place that fell free."""
    exchange = _own(request, ref)
    try:
        rules.take_place(exchange, request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, presentation.come_words(exchange))
    return redirect(exchange)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def who_comes(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who comes to whoever answers for the need, and write to them all."""
    listing = get_object_or_404(Listing.objects.followed_by(request.user).for_page(), ref=ref)
    if not is_of_hands(listing):
        raise PermissionDenied("Cette page sert aux besoins de coups de main.")
    may_write = listing_rights.can_edit(request.user, listing)
    sent = request.method == "POST"
    form = WriteToAllForm(request.POST if sent else None)
    if sent and not may_write:
        raise PermissionDenied("Seules les personnes qui répondent de ce besoin y écrivent à tous.")
    if sent and form.is_valid():
        try:
            number = writing.write_to_all(listing, request.user, form.cleaned_data["body"])  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("body", str(refusal))
        else:
            words = counted(number, "personne l’a reçu", "personnes l’ont reçu")
            messages.success(request, f"Votre mot est parti : {words}.")
            return redirect("who_comes", ref)
    roll = presentation.roll(listing, request.user)
    return render(
        request,
        "marketplace/coming/who_comes.html",
        {
            "listing": listing,
            "roll": roll,
            "anybody": any(slot["coming"] or slot["waiting"] for slot in roll),
            "may_write": may_write and any(slot["coming"] for slot in roll),
            "form": form,
            "breadcrumbs": [
                {"title": "Mes annonces", "url": "/mes-annonces/"},
                {"title": listing.display_title, "url": listing.get_absolute_url()},
                {"title": "Qui vient", "url": ""},
            ],
        },
        status=400 if form.errors else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say_for(request: HttpRequest, ref: str) -> HttpResponse:
    """A coordinator says it for someone at the counter, with that person's say-so."""
    listing = get_object_or_404(Listing.objects.in_catalogue_for(request.user).for_page(), ref=ref)
    if refusal := rules.why_not_say_for(request.user, listing):  # type: ignore[arg-type]
        raise PermissionDenied(refusal)
    organisation = desk_of(request)
    sent = request.method == "POST"
    form = SayForForm(
        request.POST if sent else None, organisation=organisation, slots=slots_of(listing)
    )
    if sent and form.is_valid():
        data = form.cleaned_data
        try:
            rules.come(
                listing,
                data["person"],
                organisation,
                slot=data.get("slot", ""),
                whose_time=data["whose_time"],
                entered_by=request.user,  # type: ignore[arg-type]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"C’est noté pour {data['person']}, à sa demande.")
            return redirect(listing)
    return render(
        request,
        "marketplace/coming/say_for.html",
        {"form": form, "listing": listing},
        status=400 if form.errors else 200,
    )
