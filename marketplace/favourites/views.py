"""«Garder de côté», and the list of those one keeps."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue import presentation
from marketplace.catalogue.models import Listing
from marketplace.favourites import rules
from marketplace.favourites.models import Favourite
from marketplace.paging import page_of
from marketplace.refusals import Refused
from marketplace.words import NBSP, counted

PER_PAGE = 20
LIST = f"«{NBSP}Annonces gardées{NBSP}»"


@require_POST
def keep(request: HttpRequest, folder: str, ref: str) -> HttpResponse:
    """Keep a listing aside, or let it go; then back to where one was."""
    letting_go = request.POST.get("garder") == "0"
    if letting_go and request.user.is_authenticated:
        # It may have left the catalogue since.
        mine = Favourite.objects.filter(user=request.user)
        listing = get_object_or_404(Listing, ref=ref, pk__in=mine.values("listing"))
        rules.let_go(request.user, listing)
        messages.success(request, f"L’annonce n’est plus dans {LIST}.")
        visible = Listing.objects.visible_to(request.user).filter(pk=listing.pk).exists()
        back_to_list = request.POST.get("retour") == "liste" or not visible
        return redirect("my_favourites") if back_to_list else redirect(listing)
    listing = get_object_or_404(Listing.objects.visible_to(request.user), ref=ref)
    if not request.user.is_authenticated:
        next_one = urlencode({"next": listing.get_absolute_url()})
        return redirect(f"{reverse('account_login')}?{next_one}")
    try:
        rules.keep(request.user, listing)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"L’annonce est gardée dans {LIST}, que personne d’autre ne voit."
        )
    return redirect(listing)


@never_cache
@login_required
@require_safe
def my_favourites(request: HttpRequest) -> HttpResponse:
    """The listings that one keeps; what has left the catalogue is only counted."""
    page = page_of(request, rules.kept(request.user).for_rows(), PER_PAGE)
    gone = rules.gone(request.user)
    return render(
        request,
        "marketplace/favourites.html",
        {
            "page": page,
            "rows": [
                presentation.row(listing, request.user)
                | {"keep_url": reverse("listing_keep", args=[listing.folder, listing.ref])}
                for listing in page
            ],
            "gone": counted(gone, "annonce gardée", "annonces gardées") if gone else "",
            "one_gone": gone == 1,
        },
    )
