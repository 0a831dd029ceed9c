"""The feed behind its secret address, and the page where one makes and takes back addresses."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from marketplace.booking.models import Resource
from marketplace.feeds import ics, rules
from marketplace.feeds.models import Feed
from marketplace.paging import page_of
from marketplace.refusals import Refused

PER_PAGE = 20


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, for whoever has its address. Unknown, taken back and closed look alike."""
    found = rules.opened_by(token)
    if found is None:
        raise Http404
    answer = HttpResponse(
        ics.write(found, request.build_absolute_uri("/").rstrip("/")),
        content_type=ics.CONTENT_TYPE,
    )
    answer["Content-Disposition"] = 'inline; filename="entraide.ics"'
    # For the one who asks, and never long: what ends is out at the next look.
    answer["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@login_required
@require_safe
def my_feeds(request: HttpRequest) -> HttpResponse:
    """My addresses: of my own bookings, and of each calendar that I keep."""
    user: User = request.user  # type: ignore[assignment]
    mine = {one.resource_id: one for one in Feed.objects.filter(owner=user)}
    page = page_of(request, rules.kept_calendars(user), PER_PAGE)
    rows = [_row(request, mine.get(None), None)] if page.number == 1 else []
    rows += [_row(request, mine.get(one.pk), one) for one in page]
    return render(
        request,
        "marketplace/feeds/my_feeds.html",
        {
            "rows": rows,
            "page": page,
            "refusal": rules.why_not_subscribe(user, None),
            "breadcrumbs": [
                {"title": "Mon compte", "url": reverse("my_account")},
                {"title": "Mes agendas", "url": ""},
            ],
        },
    )


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    ref = request.POST.get("calendar", "")
    resource = None
    if ref:
        kept = {one.ref: one for one in rules.kept_calendars(request.user)}  # type: ignore[arg-type]
        resource = kept.get(ref)
        if resource is None:
            raise Http404
    try:
        rules.create(request.user, resource)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "L’adresse est prête : copiez-la dans votre agenda.")
    return redirect("my_feeds")


@login_required
@require_POST
def renew(request: HttpRequest, ref: str) -> HttpResponse:
    rules.renew(get_object_or_404(Feed, owner=request.user, ref=ref))
    messages.success(request, "Voici la nouvelle adresse : l’ancienne n’ouvre plus rien.")
    return redirect("my_feeds")


@login_required
@require_POST
def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    # Another tab may have been faster: it is what was wanted.
    for found in Feed.objects.filter(owner=request.user, ref=ref):
        rules.revoke(found)
    messages.success(request, "Cette adresse n’ouvre plus rien.")
    return redirect("my_feeds")


def _row(request: HttpRequest, found: Feed | None, resource: Resource | None) -> dict[str, str]:
    return {
        "title": resource.name if resource else "Mes réservations et mes venues",
        "detail": resource.organisation.short_name if resource else "",
        "calendar": resource.ref if resource else "",
        "ref": found.ref if found else "",
        "url": request.build_absolute_uri(reverse("calendar_feed", args=[found.token]))
        if found
        else "",
    }
