"""Every page of the marketplace and its desk is looked at by axe, or this file fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, resolve

from marketplace.urls import urlpatterns as marketplace_patterns
from portal.desks.urls import urlpatterns as desk_patterns
from search.urls import urlpatterns as search_patterns
from tests.browser.axe_rows import ROWS
from tests.browser.test_accessibility import PAGES

# What a GET gives is no page: a file, a list for a field that completes itself, or the way to one.
NOT_PAGES = {
    *("calendar_feed", "desk_export", "figures_export", "things_import_template", "listing_tags"),
    *("unit_hand_over", "saved_search", "search_completions"),
}
# Looked at through the letter that holds its address.
THROUGH_A_LETTER = {"consent_link", "alert_stop"}


def _methods(view: Any) -> list[str] | None:
    """Return the methods that the decorators of a view allow; None for any."""
    while view is not None:
        allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if allowed:
            return list(allowed)
        view = getattr(view, "__wrapped__", None)
    return None


def _read(pattern: URLPattern) -> bool:
    methods = _methods(pattern.callback)
    return methods is None or "GET" in methods


def _addresses() -> Iterator[str]:
    for pattern in [*marketplace_patterns, *desk_patterns, *search_patterns]:
        if isinstance(pattern, URLPattern) and pattern.name and _read(pattern):
            yield pattern.name


def _named(path: str) -> str | None:
    return resolve(path.split("?")[0]).url_name


def test_every_page_has_its_row() -> None:
    looked_at = {row.name for row in ROWS} | THROUGH_A_LETTER
    looked_at |= {_named(path) or "" for _, _, paths in PAGES for path in paths}
    addresses = set(_addresses())
    assert addresses - looked_at - NOT_PAGES == set()
    # What has gone leaves its row with it.
    assert {row.name for row in ROWS} <= addresses
    assert addresses >= NOT_PAGES | THROUGH_A_LETTER


@pytest.mark.parametrize("row", [row for row in ROWS if not row.follow], ids=lambda row: row.id)
def test_a_row_names_the_address_that_it_opens(row: Any) -> None:
    assert _named(row.path) == row.name


def test_a_view_that_only_takes_is_no_page() -> None:
    views: dict[str, Callable[..., Any]] = {
        one.name: one.callback for one in marketplace_patterns if one.name
    }
    assert _methods(views["exchange_write"]) == ["POST"]
    assert "GET" in (_methods(views["exchange"]) or [])
