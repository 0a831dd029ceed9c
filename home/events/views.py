"""Signing up, giving one's place back, and the files for calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Site

from home.events import ics
from home.events.models import SignUp
from home.events.pages import EventPage
from home.events.rules import SignUpRefused, give_up, sign_up

FEED_LOOKS_BACK = timedelta(days=30)
FEED_AT_MOST = 200


@never_cache
@require_safe
def event(request: HttpRequest, ref: str) -> HttpResponseRedirect:
    """The address that letters and calendars carry: leads to the page, on its own host."""
    site, found = _anywhere(request.user, ref)
    own: Site = request.site  # type: ignore[attr-defined]
    return redirect(found.get_url(request) if site.pk == own.pk else found.full_url)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_here(request: HttpRequest, ref: str) -> HttpResponse:
    """Sign the person up, or put them on the waiting list; reading changes nothing."""
    found = _here(request, ref)
    if request.method != "POST":
        return _back(request, found)
    if not request.user.is_authenticated:
        return redirect_to_login(f"{found.get_url(request)}#inscription")
    try:
        mine = sign_up(request.user, found, request.POST.get("pour", ""))
    except SignUpRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            "Votre place est retenue."
            if mine.is_coming
            else "C’est complet : vous êtes en liste d’attente, et nous vous préviendrons.",
        )
    return _back(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
def give_up_here(request: HttpRequest, ref: str) -> HttpResponse:
    """Give the person's place, or turn, back; reading changes nothing."""
    found = _here(request, ref)
    if request.method != "POST":
        return _back(request, found)
    if not request.user.is_authenticated:
        return redirect_to_login(f"{found.get_url(request)}#inscription")
    try:
        gone = give_up(request.user, found)
    except SignUpRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            "C’est noté, merci d’avoir prévenu." if gone else "Vous n’avez pas de place ici.",
        )
    return _back(request, found)


@never_cache
@require_safe
def event_file(request: HttpRequest, ref: str) -> HttpResponse:
    """The event for a calendar; with the link to attend for who has a place, and nobody else."""
    found = _here(request, ref)
    has_place = SignUp.objects.visible_to(request.user).coming().filter(event=found).exists()
    site: Site = request.site  # type: ignore[attr-defined]
    answer = HttpResponse(
        ics.one_event(found, site, found.online_url if has_place else ""),
        content_type=ics.CONTENT_TYPE,
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}.ics"'
    return answer


@require_safe
@cache_control(public=True, max_age=900)
def feed(request: HttpRequest) -> HttpResponse:
    """The public events of the site, the same for everybody. Raises Http404 without an intranet."""
    if request.collectivite is None:  # type: ignore[attr-defined]
        raise Http404
    site: Site = request.site  # type: ignore[attr-defined]
    events = (
        EventPage.objects.visible_to(AnonymousUser(), site)
        .to_come(timezone.now() - FEED_LOOKS_BACK)
        .defer_streamfields()
    )
    return HttpResponse(ics.feed(events[:FEED_AT_MOST], site), content_type=ics.CONTENT_TYPE)


def _here(request: HttpRequest, ref: str) -> EventPage:
    """Return the event of this site that the reader may see. Raises Http404."""
    site: Site = request.site  # type: ignore[attr-defined]
    found = EventPage.objects.visible_to(request.user, site).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def _anywhere(user: Any, ref: str) -> tuple[Site, EventPage]:
    """Return the event and its site, if the reader may see it there. Raises Http404."""
    found = EventPage.objects.filter(ref=ref).first()
    site = found.get_site() if found else None
    if found is None or site is None:
        raise Http404
    if not EventPage.objects.visible_to(user, site).filter(pk=found.pk).exists():
        raise Http404
    return site, found


def _back(request: HttpRequest, found: EventPage) -> HttpResponseRedirect:
    """Lead to the page, at the box that says what one has."""
    return redirect(f"{found.get_url(request)}#inscription")
