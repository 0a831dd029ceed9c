"""The legal pages of the demonstration: those of the starter content, filled."""

from __future__ import annotations

from typing import Any

from wagtail.models import Site

from home.provisioning.legal import add_legal_pages
from home.provisioning.pages import words_for
from home.provisioning.texts import starter
from portal.demonstration.source import read


def load_legal_pages(site: Site, key: str) -> None:
    """Add the legal pages of the site, with the facts written for all and for `key`."""
    facts: dict[str, Any] = read("legal")
    pages = {
        slug: data | {"facts": facts["all"].get(slug, {}) | facts.get(key, {}).get(slug, {})}
        for slug, data in starter("pages")["legal"].items()
    }
    add_legal_pages(site, pages, words_for(site))
