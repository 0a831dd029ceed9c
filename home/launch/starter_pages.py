"""The pages that came with the intranet: which were adapted, which wait to be read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Page, Site

from accounts.models import Organisation
from home.launch.models import Tick
from home.models import AccessibilityPage, LegalNoticePage, PersonalDataPage
from home.provisioning.texts import starter

LEGAL = (LegalNoticePage, PersonalDataPage, AccessibilityPage)
GROUPS = {
    **{model._meta.model_name: "Pages légales" for model in LEGAL},
    "trackpage": "Pistes et dispositifs",
    "schemepage": "Pistes et dispositifs",
    "guidepage": "Guides",
}
ORDER = list(dict.fromkeys(GROUPS.values()))
OTHER = "Autres pages"


@dataclass(frozen=True)
class StarterPage:
    page: Page
    tick: Tick | None

    @property
    def key(self) -> str:
        return key_of(self.page.pk)

    @property
    def group(self) -> str:
        """Return the heading under which the page is listed."""
        return GROUPS.get(self.page.content_type.model, OTHER)

    @property
    def was_changed(self) -> bool:
        """Whether somebody wrote in it since it was put there."""
        return self.page.latest_revision_id is not None

    @property
    def is_ready(self) -> bool:
        return self.tick is not None


def key_of(page_id: int) -> str:
    return f"page-{page_id}"


def starter_pages(organisation: Organisation, site: Site) -> list[StarterPage]:
    """Return the starter pages that are still there, legal pages first, each group in the order
    of the site; two queries."""
    legal = [kind.pk for kind in ContentType.objects.get_for_models(*LEGAL).values()]
    pages = Page.objects.descendant_of(site.root_page).filter(
        Q(slug__in=set(_slugs())) | Q(content_type__in=legal)
    )
    ticks = {tick.key: tick for tick in _ticks(organisation)}
    found = [
        StarterPage(page, ticks.get(key_of(page.pk)))
        for page in pages.order_by("path").select_related("content_type")
    ]
    return sorted(found, key=lambda one: [*ORDER, OTHER].index(one.group))


def _ticks(organisation: Organisation) -> Any:
    return Tick.objects.filter(organisation=organisation, key__startswith="page-").select_related(
        "done_by"
    )


def _slugs() -> Iterator[str]:
    for track in starter("tracks") or []:
        yield track["slug"]
        yield from (scheme["slug"] for scheme in track.get("schemes") or [])
    for guide in starter("guides") or []:
        yield guide["slug"]
    pages = starter("pages") or {}
    yield (pages.get("about") or {}).get("slug", "a-propos")
    for group in ("legal", "actions"):
        yield from (entry["slug"] for entry in (pages.get(group) or {}).values())
