"""axe finds nothing, one h1 and no sideways scroll on each page of the marketplace and its desk."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.browser.axe_rows import ROWS
from tests.browser.test_accessibility import check

# How many pages of a list are tried before one leads where the row goes.
TRIED = 8
LETTER = re.compile(r"http://\S+/accord/\S+")


def open_row(page, demonstration, row):
    """Open the page of the row, through the pages that lead to it."""
    assert _leads(page, demonstration, row, row.path, row.follow), f"nothing leads to {row.id}"


def _leads(page, demonstration, row, path, follow):
    response = page.goto(demonstration.url(path, row.host))
    if response is None or response.status != 200:
        return False
    if not follow:
        # A page may send elsewhere, once things have moved on.
        return resolve(urlsplit(page.url).path).url_name == row.name
    said = page.get_by_role("main").inner_html()
    found = dict.fromkeys(re.findall(rf"{follow[0]}(?=[\"<#?\s])", said))
    return any(_leads(page, demonstration, row, one, follow[1:]) for one in list(found)[:TRIED])


def check_whole(page):
    """Assert what `check` does, and that the page has one heading of its own."""
    assert page.locator("h1").count() == 1
    check(page)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_page(reading_as, demonstration, row):
    page = reading_as(row.person, row.host)
    open_row(page, demonstration, row)
    check_whole(page)


@pytest.mark.parametrize(
    ("host", "person"), [("localhost", "idriss-kone"), ("moeres", "kelly-delattre")]
)
def test_what_is_to_be_mended_is_said_on_the_page(reading_as, demonstration, host, person):
    """A form sent empty: its errors are pages too."""
    page = reading_as(person, host)
    page.goto(demonstration.url("/marche/publier/", host))
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_load_state()
    check_whole(page)


def test_the_letter_of_a_consent_opens_a_page_for_whoever_has_no_account(open_page, demonstration):
    page = open_page()
    page.goto(demonstration.url("/_courriels/?pour=beatrice.lorrain"))
    letters = page.get_by_role("link", name=re.compile("Votre accord pour"))
    places = letters.evaluate_all("links => links.map(link => link.href)")
    assert places
    for place in places:
        page.goto(place)
        address = LETTER.search(page.get_by_role("main").inner_text())
        # Some wait for an answer, others have had theirs: both are looked at.
        page.goto(address[0])
        check_whole(page)
