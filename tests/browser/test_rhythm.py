"""A heading is read apart from what it names: nothing touches it."""

from __future__ import annotations

import pytest

# The room under each heading of the page, in pixels, and its words.
UNDER_HEADINGS = """() => [...document.querySelectorAll("main :is(h2, h3)")]
  .filter(heading => heading.nextElementSibling?.matches("dl, table, .table, .prose, .measure"))
  .map(heading => [
    heading.nextElementSibling.getBoundingClientRect().top - heading.getBoundingClientRect().bottom,
    heading.textContent])"""


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize(
    "path",
    [
        "/mentions-legales/",
        "/donnees-personnelles/",
        "/mon-compte/effacer/",
        "/mon-compte/nouvelles/",
    ],
)
def test_a_heading_leaves_room_before_what_it_names(signed_in, demonstration, path, size):
    page = signed_in("nadia-meyer", "trois-vallees", size)
    page.goto(demonstration.url(path, "trois-vallees"))
    found = page.evaluate(UNDER_HEADINGS)
    assert found
    assert [words for room, words in found if room < 6] == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_one_does_is_apart_from_what_one_reads(signed_in, demonstration, size):
    page = signed_in("francoise-schneider", "localhost", size)
    page.goto(demonstration.url("/mon-association/"))
    buttons = page.locator("main ul + .button-row").first
    above = buttons.evaluate(
        "row => row.getBoundingClientRect().top"
        " - row.previousElementSibling.getBoundingClientRect().bottom"
    )
    assert above >= 6
