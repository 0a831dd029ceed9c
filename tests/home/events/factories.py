"""Events as the product adds them, and who comes."""

from __future__ import annotations

from typing import Any

from home.models import EventPage
from home.provisioning.pages import add_event
from tests.home.factories import BODY, Intranet


def event(intranet: Intranet, slug: str = "cafe", **data: Any) -> EventPage:
    """Return a published event of next week, from nine to eleven."""
    base = {"title": f"Événement {slug}", "in_days": 7, "place": "Maison des projets", "body": BODY}
    return add_event(intranet.site, {**base, "slug": slug, **data})


def publish(page: EventPage, **changes: Any) -> EventPage:
    """Change the page and publish it, as the desk does."""
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    page.refresh_from_db()
    return page
