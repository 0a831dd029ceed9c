"""«Signaler un problème», and the page from which the coordination settles it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.todos.registry import forget_todos
from marketplace import rights
from marketplace.catalogue import presentation
from marketplace.catalogue.models import Listing
from marketplace.catalogue.where_form import ReasonForm
from marketplace.refusals import Refused
from marketplace.reports import rules
from marketplace.reports.forms import ReportForm
from marketplace.reports.models import Report
from marketplace.words import day_words

PILE = "/coordination/suivi/signalements/"


@login_required
def report(request: HttpRequest, folder: str, ref: str) -> HttpResponse:
    """Say what is wrong; the coordination reads it, whoever wrote the listing does not."""
    listing = get_object_or_404(
        Listing.objects.visible_to(request.user).select_related("organisation"), ref=ref
    )
    if refusal := rules.why_not_report(request.user, listing):
        messages.info(request, refusal)
        return redirect(listing)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            rules.report(listing, request.user, data["reason"], data["words"])  # type: ignore[arg-type]
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, "Merci. La coordination est prévenue, et vous dira la suite.")
            return redirect(listing)
    return render(request, "marketplace/report.html", {"form": form, "listing": listing})


def _settled_words(made: Report) -> str:
    """Return what came of it, who settled it and when; an empty text while it waits."""
    if made.settled_at is None:
        return ""
    outcome = made.get_outcome_display()
    words = f"{outcome[:1].upper()}{outcome[1:]}, le {day_words(made.settled_at)}"
    return f"{words}, par {made.settled_by}." if made.settled_by else f"{words}."


@login_required
def settle(request: HttpRequest, ref: str) -> HttpResponse:
    """Read what was reported, and settle it from here."""
    made = get_object_or_404(
        Report.objects.visible_to(request.user).select_related(
            "listing__organisation", "reported_for", "settled_by"
        ),
        ref=ref,
    )
    listing = made.listing
    removing = request.POST.get("decision") == "withdraw"
    form = ReasonForm(request.POST if removing else None)
    if request.method == "POST" and (not removing or form.is_valid()):
        try:
            if removing:
                rules.withdraw(made, request.user, form.cleaned_data["reason"])  # type: ignore[arg-type]
            else:
                mended = request.POST.get("decision") == "mended"
                outcome = Report.Outcome.MENDED if mended else Report.Outcome.UNCHANGED
                rules.settle(made, request.user, outcome)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            forget_todos(request.user)
            messages.success(request, "C’est réglé.")
            return redirect("coordination")
        return redirect("report_settle", ref=ref)
    # Whoever answers for the listing learns nothing of who reported it, coordinator or not.
    own = request.user.pk in (listing.author_id, listing.keeper_id, listing.deputy_id)
    return render(
        request,
        "marketplace/report_settle.html",
        {
            "report": made,
            "listing": listing,
            "listing_url": listing.get_absolute_url()
            if Listing.objects.visible_to(request.user).filter(pk=listing.pk).exists()
            else "",
            "state": presentation.state_words(listing),
            "from_whom": "" if own or not made.reported_for else made.reported_for.short_name,
            "settled": _settled_words(made),
            "others": Report.objects.open().filter(listing=listing).exclude(pk=made.pk).count(),
            "form": form,
            "may_withdraw": listing.state in rights.WITHDRAWABLE
            and rights.can_moderate(request.user, listing),
            "breadcrumbs": [
                {"title": "Coordination", "url": "/coordination/"},
                {"title": "Problèmes signalés", "url": PILE},
                {"title": "Signalement", "url": ""},
            ],
        },
    )
