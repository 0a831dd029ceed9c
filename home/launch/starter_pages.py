"""The pages that came with the intranet: which were adapted, which wait to be read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page, Site

from accounts.models import Organisation
from home.launch.models import Tick
from home.provisioning.texts import starter


@dataclass(frozen=True)
class StarterPage:
    page: Page
    tick: Tick | None

    @property
    def key(self) -> str:
        return key_of(self.page.pk)

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
    """Return the starter pages that are still there, in the order of the site; two queries."""
    pages = Page.objects.descendant_of(site.root_page).filter(slug__in=set(_slugs()))
    ticks = {tick.key: tick for tick in _ticks(organisation)}
    return [
        StarterPage(page, ticks.get(key_of(page.pk)))
        for page in pages.order_by("path").select_related("content_type")
    ]


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
