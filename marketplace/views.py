"""The page of a listing: what the catalogue, its calendar and exchanges have to say of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from marketplace import rights
from marketplace.booking import presentation as booking_words
from marketplace.booking.models import Resource
from marketplace.booking.setting_up import why_not_set_up
from marketplace.catalogue import contacts, ended, photos, places, presentation
from marketplace.catalogue.belonging import organisations_of
from marketplace.catalogue.models import Listing
from marketplace.catalogue.protection import presentation as protection
from marketplace.exchanges import policy
from marketplace.exchanges.coming import presentation as coming
from marketplace.exchanges.presentation import going_on
from marketplace.favourites import rules as favourites


@require_safe
def listing_page(request: HttpRequest, folder: str, ref: str) -> HttpResponse:
    """Return the page of a listing that this reader may see, at its one right address."""
    listing = Listing.objects.visible_to(request.user).for_page().filter(ref=ref).first()
    if listing is None:
        return ended.page(request, ref)
    if listing.folder != folder:
        return redirect(listing)
    return render(request, "marketplace/listing.html", page_context(request, listing))


def page_context(request: HttpRequest, listing: Listing) -> dict[str, Any]:
    """Return what the page shows, as this reader may read it."""
    user = request.user
    home = places.home_of(user, request.collectivite)
    contact = contacts.shown_contact(listing, user)
    may_edit = rights.can_edit(user, listing)
    asking = rights.asking(user, listing)
    tone = presentation.tone_of(listing)
    resource = _resource_of(listing)
    shown = [photos.shown(photo, photos.PANEL) for photo in listing.photos.all()]
    shown = [photo for photo in shown if photo]
    return {
        "coming": coming.card(listing, user, asking),
        "listing": listing,
        "entered_for_me": listing.entered_by_id is not None and listing.author_id == user.pk,
        "meta_line": presentation.meta(listing),
        "icon_name": presentation.icon_of(listing),
        "tone": tone,
        "photo": shown[0] if shown else None,
        "more_photos": shown[1:],
        "place": presentation.place_name(listing),
        "distance": places.distance_from(home, listing),
        "who": presentation.who(listing),
        "who_icon": "users" if listing.organisation.is_association else "building",
        "quantity": presentation.quantity_words(listing, resource.capacity if resource else None),
        "when": presentation.when(listing),
        "facts": [*_calendar_facts(resource), *presentation.facts(listing)],
        "month": _month(request, listing, resource, can_ask=bool(asking.organisations)),
        "terms": getattr(listing, "skill_terms", None),
        "protection": protection.of_listing(listing, user),
        "contact": contact,
        "next_steps": presentation.next_steps(listing, contact, asking.organisations),
        "state_notice": presentation.state_notice(listing),
        "may_edit": may_edit,
        "calendar_url": _calendar_url(listing, resource)
        if may_edit and not why_not_set_up(user, listing)
        else "",
        "may_moderate": may_edit is False and rights.can_review(user, listing),
        "ask_words": presentation.ask_words(listing),
        "can_ask": bool(asking.organisations),
        "by_message": policy.by_message(listing, asking.organisations),
        "offer_first": any(policy.needs_offer(listing, one) for one in asking.organisations),
        "why_not_ask": asking.refusal,
        "my_association_url": _own_association_url(user)
        if asking.refusal == rights.UNVERIFIED_ASKS
        else "",
        # Of what has a calendar, one may ask again for other days.
        "open_exchange": listing.open_request_url(user)
        if asking.organisations and not resource
        else "",
        "going_on": going_on(listing, user) if asking.organisations and resource else [],
        "is_kept": favourites.is_kept(user, listing),
        "may_report": not may_edit and user.is_authenticated,
        "breadcrumbs": [
            {"title": "Entraide", "url": "/marche/"},
            {"title": listing.display_title, "url": ""},
        ],
    }


def _resource_of(listing: Listing) -> Resource | None:
    """Return what one books, with its hours and units; None for a listing without a calendar."""
    if not listing.has_calendar:
        return None
    return Resource.objects.for_calendar().get(pk=listing.resource_id)


def _calendar_url(listing: Listing, resource: Resource | None) -> str:
    """Return where its keeper reads the reservations, or gives it a calendar."""
    return reverse("listing_calendar_dates" if resource else "listing_calendar", args=[listing.ref])


def _calendar_facts(resource: Resource | None) -> list[tuple[str, str]]:
    return booking_words.facts(resource) if resource else []


def _month(
    request: HttpRequest, listing: Listing, resource: Resource | None, *, can_ask: bool
) -> dict[str, Any] | None:
    if resource is None:
        return None
    ask_url = reverse("exchange_ask", args=[listing.folder, listing.ref])
    return booking_words.month(
        resource,
        request.GET.get("mois"),
        url_of=(lambda day: f"{ask_url}?jour={day:%Y-%m-%d}") if can_ask else None,
    )


def _own_association_url(user: Any) -> str:
    """Return where a person reads how far the verification of their association is."""
    own = next((one for one in organisations_of(user) if one.is_association), None)
    return reverse("my_association", args=[own.ref]) if own else ""
