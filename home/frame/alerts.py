"""The alert above the pages: to whom it is shown, and closing it for the session."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from home.frame.models import SiteAlert
from home.frame.returning import path_to_return
from home.queries import is_inside

CLOSED = "closed_alert"  # in the session
ICONS = {
    SiteAlert.Level.INFO: "info-circle",
    SiteAlert.Level.ATTENTION: "alert-triangle",
    SiteAlert.Level.URGENT: "urgent",
}
# The level is said in words: neither the colour nor the pictogram is enough.
WORDS = {
    SiteAlert.Level.INFO: "Information",
    SiteAlert.Level.ATTENTION: "Attention",
    SiteAlert.Level.URGENT: "Urgence",
}


@dataclass(frozen=True)
class Alert:
    """An alert as the page draws it."""

    level: str
    word: str
    icon: str
    message: str
    link: str
    link_title: str
    version: str
    can_be_closed: bool


def alert_for(request: HttpRequest) -> Alert | None:
    """Return the alert that this reader is shown now, if any; it came with the site."""
    site = request.site  # type: ignore[attr-defined]
    alert: SiteAlert | None = getattr(site, "sitealert", None)
    if alert is None or not alert.is_due:
        return None
    if alert.audience == SiteAlert.Audience.MEMBERS and not is_inside(request.user, site):
        return None
    if alert.can_be_closed and request.session.get(CLOSED) == alert.version:
        return None
    level = SiteAlert.Level(alert.level)
    return Alert(
        level=level.value,
        word=WORDS[level],
        icon=ICONS[level],
        message=alert.message,
        link=alert.link,
        link_title=alert.link_title,
        version=alert.version,
        can_be_closed=alert.can_be_closed,
    )


@require_POST
def close_alert(request: HttpRequest) -> HttpResponse:
    """Close the alert until it changes or the session ends; then back to the page."""
    alert: SiteAlert | None = getattr(request.site, "sitealert", None)  # type: ignore[attr-defined]
    # An alert that changed meanwhile was not read.
    if alert and alert.can_be_closed and request.POST.get("version") == alert.version:
        request.session[CLOSED] = alert.version
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse("")
    return redirect(path_to_return(request))
