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


# The room above the second child of each stack, in the steps of the scale (tokens.css).
NESTED = """() => {
  const added = document.createElement("div");
  added.innerHTML = `<div class="stack stack-l"><p>a</p>
    <div class="stack-s" id="small"><p>a</p><p id="in-small">b</p></div>
    <div class="stack" id="plain"><p>a</p><p id="in-plain">b</p></div></div>`;
  document.querySelector("main").append(added);
  const step = name => {
    added.style.inlineSize = `var(${name})`;
    return added.getBoundingClientRect().width;
  };
  const room = id => parseFloat(getComputedStyle(added.querySelector(id)).marginBlockStart);
  return [
    [room("#small"), step("--s6")], [room("#in-small"), step("--s2")],
    [room("#plain"), step("--s6")], [room("#in-plain"), step("--s4")]];
}"""


def test_a_stack_in_another_keeps_its_own_room_and_has_that_of_the_other_above_it(
    signed_in, demonstration
):
    page = signed_in("nadia-meyer", "trois-vallees", "desk")
    page.goto(demonstration.url("/", "trois-vallees"))
    for room, wanted in page.evaluate(NESTED):
        assert abs(room - wanted) < 0.5
