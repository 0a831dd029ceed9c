"""A word at the end of an exchange."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.readers import reader_for
from accounts.todos.registry import forget_todos
from marketplace.exchanges.closing import rules
from marketplace.exchanges.closing.forms import ReviewForm
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.rights import organisation_of, side_for
from marketplace.refusals import Refused


@login_required
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer some of the prompts, or say «pas maintenant»."""
    user = request.user
    found = get_object_or_404(Exchange.objects.visible_to(user).for_page(), ref=ref)
    if refusal := rules.why_not_review(user, found):
        messages.info(request, refusal)
        return redirect(found)
    side = side_for(user, found)
    mine = found.reviews.filter(side=side, not_now=False).first()
    leads = reader_for(user).has_role("manager", organisation_of(side, found).pk)
    later = request.POST.get("answer") == "not_now"
    form = ReviewForm(
        request.POST or None,
        leads_a_team=leads,
        initial={name: getattr(mine, name) for name in rules.NAMES} if mine else {},
    )
    if request.method == "POST" and (later or form.is_valid()):
        try:
            if later:
                rules.not_now(found, user)  # type: ignore[arg-type]
            else:
                rules.review(found, user, form.cleaned_data)  # type: ignore[arg-type]
        except Refused as no:
            form.add_error(None, str(no))
        else:
            forget_todos(user)
            messages.success(request, "C’est noté." if later else "Merci d’avoir pris ce temps.")
            return redirect(found)
    return render(
        request,
        "marketplace/closing/review.html",
        {
            "form": form,
            "exchange": found,
            "breadcrumbs": [
                {"title": "Mes échanges", "url": "/mes-echanges/"},
                {"title": found.listing.display_title, "url": found.get_absolute_url()},
                {"title": "Un mot pour finir", "url": ""},
            ],
        },
    )
