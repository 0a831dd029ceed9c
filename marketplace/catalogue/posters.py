"""A listing on paper: a poster, and a label for each unit's key box, with a code to aim at."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.invitations.views import qr_code
from marketplace.catalogue import presentation
from marketplace.catalogue.models import Listing

# Longer titles are set smaller: the code to aim at always stands on the sheet. In characters.
LONG_TITLE = 36


def printed_address(listing: Listing) -> str:
    """Return where the code leads: the listing's page, at its organisation's own host."""
    return f"{listing.organisation.base_url}{listing.get_absolute_url()}"


@login_required
@require_safe
def poster(request: HttpRequest, folder: str, ref: str) -> HttpResponse:
    """The poster of a listing that one may read; it shows nobody's name."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_page(), ref=ref)
    address = printed_address(listing)
    return render(
        request,
        "marketplace/poster.html",
        {
            "listing": listing,
            "icon_name": presentation.icon_of(listing),
            "who": presentation.who(listing),
            "place": presentation.place_name(listing),
            "when": presentation.when(listing),
            "long_title": len(listing.display_title) > LONG_TITLE,
            "call": "Pour en profiter, visez ce code" if listing.is_offer else "Visez ce code",
            "address": address.partition("://")[2],
            "code": qr_code(address, scalable=True),
            "size": "a3" if request.GET.get("format") == "a3" else "a4",
        },
    )


@login_required
@require_safe
def labels(request: HttpRequest, ref: str) -> HttpResponse:
    """A label for each unit of what is lent, for its key box; for whoever answers for it."""
    listing = get_object_or_404(Listing.objects.kept_by(request.user).for_page(), ref=ref)
    resource = listing.resource
    units = list(resource.units.all()) if resource else []
    printed = [(unit.label, _unit_address(listing, unit.ref)) for unit in units if unit.in_service]
    printed = printed or [(listing.display_title, printed_address(listing))]
    return render(
        request,
        "marketplace/labels.html",
        {
            "listing": listing,
            "labels": [
                {
                    "name": name,
                    "address": address.partition("://")[2],
                    "code": qr_code(address, scalable=True),
                }
                for name, address in printed
            ],
        },
    )


def _unit_address(listing: Listing, ref: str) -> str:
    """Return where a unit's code leads: its hand-over for who has it, the listing for others."""
    return f"{listing.organisation.base_url}/mes-echanges/exemplaires/{ref}/"
