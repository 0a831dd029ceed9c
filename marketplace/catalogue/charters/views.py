"""The charters of a coordination, and the page where anybody who sees a listing reads its own."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.desk import asked_among, desks
from marketplace.catalogue.charters import rules
from marketplace.catalogue.charters.forms import CharterForm
from marketplace.catalogue.models import Listing
from marketplace.choices import ListingState
from marketplace.paging import page_of
from marketplace.refusals import Overtaken, Refused

PER_PAGE = 20
ONLINE = Q(listings__state__in=[ListingState.PUBLISHED, ListingState.PAUSED])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def charters(request: HttpRequest) -> HttpResponse:
    """List the charters of the body, and write a new one."""
    found = desks(request)
    organisation = asked_among(request, found)
    form = CharterForm(request.POST or None, is_new=True)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = rules.create(organisation, request.user, data["title"], data["text"])  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                f"La charte « {made} » est prête : les annonces peuvent la demander.",
            )
            return redirect(f"{reverse('desk_charters')}?pour={organisation.ref}")
    rows = (
        rules.kept_by(request.user)
        .filter(organisation=organisation)
        .annotate(
            number=Max("versions__number"),
            since=Max("versions__made_at"),
            asked_by=Count("listings", filter=ONLINE, distinct=True),
        )
        .order_by("title", "pk")
    )
    page = page_of(request, rows, PER_PAGE)
    return render(
        request,
        "marketplace/charters/desk.html",
        {"organisation": organisation, "desks": found, "rows": page, "page": page, "form": form},
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def charter(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one charter with its versions, and write the next."""
    organisations = desks(request)
    found = get_object_or_404(
        rules.kept_by(request.user).filter(organisation__in=organisations), ref=ref
    )
    versions = list(found.versions.annotate(accepted=Count("acceptances")).order_by("-number"))
    current = versions[0]
    initial = {"title": found.title, "text": current.text, "seen": current.number}
    form = CharterForm(request.POST or None, initial=initial, is_new=False)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            version = rules.revise(found, request.user, **data)  # type: ignore[arg-type]
        except Overtaken as overtaken:
            messages.warning(request, str(overtaken))
            return redirect("desk_charter", ref=ref)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if version.number == current.number:
                messages.success(request, "C’est enregistré. Le texte n’a pas changé.")
            else:
                messages.success(
                    request,
                    f"La version {version.number} est en vigueur : chaque personne "
                    "la lira et l’acceptera à sa prochaine demande.",
                )
            return redirect("desk_charters")
    return render(
        request,
        "marketplace/charters/charter.html",
        {"charter": found, "versions": versions, "current": current, "form": form},
    )


@require_safe
def read(request: HttpRequest, folder: str, ref: str) -> HttpResponse:
    """Return the charter that a listing asks to accept, for whoever may see the listing."""
    listings = Listing.objects.visible_to(request.user).select_related("charter__organisation")
    listing = get_object_or_404(listings, ref=ref)
    if listing.charter is None or listing.folder != folder:
        raise Http404
    return render(
        request,
        "marketplace/charters/read.html",
        {
            "listing": listing,
            "charter": listing.charter,
            "version": rules.in_force(listing.charter),
        },
    )
