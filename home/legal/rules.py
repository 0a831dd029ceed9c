"""What follows from an accessibility statement."""

from __future__ import annotations

from home.legal.pages import AccessibilityPage
from home.site_settings import SiteIdentity


def tell_state(page: AccessibilityPage, state: str) -> None:
    """Have the foot of the pages of its site say this state."""
    root = page.path[: -page.steplen]
    SiteIdentity.objects.filter(site__root_page__path=root).update(accessibility_state=state)
