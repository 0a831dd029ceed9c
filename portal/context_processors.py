"""What every page needs: whose site it is, where one can go, what waits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.todos.registry import MINE, todos_for
from home.frame.alerts import alert_for
from home.identity import identity_for
from home.navigation import account_links_for, footer_links_for, navigation_for
from portal.desks.queries import desks_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the variables that base.html documents; lazily, so that an e-mail costs nothing."""
    if not hasattr(request, "site"):  # an error before the host was known
        return {"demo_mode": settings.DEMO_MODE}
    return {
        "collectivite": request.collectivite,  # type: ignore[attr-defined]
        "site_identity": SimpleLazyObject(lambda: identity_for(request)),
        "site_alert": SimpleLazyObject(lambda: alert_for(request)),
        "navigation": SimpleLazyObject(lambda: navigation_for(request)),
        "footer_links": SimpleLazyObject(lambda: footer_links_for(request)),
        "account_links": SimpleLazyObject(lambda: account_links_for(request)),
        "desk_todos": SimpleLazyObject(lambda: desks_of(request)),
        "todo_count": SimpleLazyObject(lambda: len(todos_for(request.user, MINE))),
        "demo_mode": settings.DEMO_MODE,
    }
