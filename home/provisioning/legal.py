"""The legal pages of a site, written once in `home/starter/`; safe to repeat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Site

from home.legal.rules import tell_state
from home.models import AccessibilityPage, LegalNoticePage, PersonalDataPage
from home.provisioning.texts import Words
from home.provisioning.tree import ensure_child

TYPES: dict[str, Any] = {
    "mentions-legales": LegalNoticePage,
    "donnees-personnelles": PersonalDataPage,
    "accessibilite": AccessibilityPage,
}
DAYS = ("declared_on", "audited_on")


def add_legal_pages(site: Site, legal: dict[str, Any], words: Words) -> None:
    """Add those that are missing, with what is known of whoever publishes the site.

    `facts` fills their fields; a date is in days before now. A free page that an earlier version
    put at their address stays as its editors wrote it.
    """
    for slug, data in legal.items():
        facts = _known(site, slug) | _facts(data.get("facts") or {}, words)
        page, is_new = ensure_child(
            site.root_page.specific,
            TYPES[slug](
                title=words.plain(data["title"]),
                slug=slug,
                summary=words.plain(data.get("summary")),
                body=words.body(data.get("body")),
                **facts,
            ),
        )
        if is_new and isinstance(page, AccessibilityPage):
            tell_state(page, page.state)


def _facts(given: dict[str, Any], words: Words) -> dict[str, Any]:
    return {
        name: (
            timezone.localdate() - timedelta(days=value)
            if name in DAYS
            else value
            if isinstance(value, int)
            else words.plain(value)
        )
        for name, value in given.items()
    }


def _known(site: Site, slug: str) -> dict[str, Any]:
    """Return what is known of whoever publishes the site, for the fields of that page."""
    organisation = getattr(site, "organisation", None)
    if organisation is None:
        return {}
    if slug == "mentions-legales":
        return {
            "publisher": organisation.name,
            "publisher_address": organisation.address,
            "publisher_phone": organisation.phone,
            "siret": organisation.siret,
        }
    return {"controller": organisation.name} if slug == "donnees-personnelles" else {}
