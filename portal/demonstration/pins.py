"""Pages that editors put first in the search of their intranet."""

from __future__ import annotations

from collections.abc import Iterator

from wagtail.models import Page, Site

from portal.demonstration.source import read
from search.models import PinnedPage
from search.pinned import rules


def load_pins() -> Iterator[str]:
    """Add what is missing; yields the phrases."""
    for item in read("pins"):
        site = Site.objects.select_related("root_page").get(organisation__slug=item["site"])
        if rules.pins_of(site).filter(key=rules.key_of(item["phrase"])).exists():
            continue
        page = Page.objects.get(path__startswith=site.root_page.path, slug=item["page"])
        phrase = rules.check(item["phrase"], page, site)
        rules.keep(PinnedPage(site=site, phrase=phrase, page=page))
        yield phrase
