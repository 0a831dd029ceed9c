"""Offers of the marketplace under a guide, by the words that its editor gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search.indexing import mark
from tests.factories import ListingFactory
from tests.home.factories import Intranet, guide


def _offer(title: str, **fields: Any) -> None:
    mark("listing", [ListingFactory(title=title, summary="", **fields).pk])


def test_a_guide_shows_offers_of_its_words_to_who_may_read_them(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page = guide(vallees, "velo")
    _offer("Vélo public", scope="public", organisation=vallees.organisation)
    _offer("Vélo entre nous", scope="organisation", organisation=vallees.organisation)
    visitor, agent = (
        client_for(None, vallees.host),
        client_for(vallees.person("agent"), vallees.host),
    )
    assert "Offres sur ce sujet" not in agent.get("/guides/velo/").content.decode()
    page.offer_words = "vélo"
    page.save_revision().publish()
    text = visitor.get("/guides/velo/").content.decode()
    assert "Vélo public" in text
    # Within the margins of the page: it stands outside the article's own columns.
    assert 'class="wrap section no-print" aria-labelledby="offres-liees"' in text
    assert "entre nous" not in text
    with CaptureQueriesContext(connection) as captured:
        text = agent.get("/guides/velo/").content.decode()
    assert "Vélo public" in text
    assert "Vélo entre nous" in text
    assert len(captured) <= 20
