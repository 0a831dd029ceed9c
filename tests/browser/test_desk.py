"""The forms of /cms/ say what is wrong, and what a button does, where one looks."""

from __future__ import annotations

# How far the middle of the sign is from the line that it marks, in pixels.
SIGN_TO_WORDS = """sign => {
  const box = sign.getBoundingClientRect();
  const words = sign.parentElement.querySelector(".error-message").getBoundingClientRect();
  const middle = (box.top + box.bottom) / 2;
  return Math.max(words.top - middle, middle - words.bottom, box.right - words.left);
}"""


def test_the_sign_of_an_error_stands_beside_its_words(signed_in, demonstration):
    page = signed_in("aurelie-klein", "trois-vallees")
    page.goto(demonstration.url("/cms/settings/home/sitealert/", "trois-vallees"))
    page.locator("[name=link]").fill("coucou")
    page.get_by_role("button", name="Enregistrer").click()
    sign = page.locator(".w-field__errors-icon").first
    sign.wait_for()
    assert sign.evaluate(SIGN_TO_WORDS) <= 0


def test_the_button_below_the_last_block_says_what_it_adds(signed_in, demonstration):
    page = signed_in("aurelie-klein", "trois-vallees")
    page.goto(demonstration.url("/cms/ecrire/guide/", "trois-vallees"))
    page.get_by_role("button", name="Commencer à écrire").click()
    page.locator(".c-sf-add-button").first.wait_for()
    words = page.locator(".c-sf-add-button").evaluate_all(
        "buttons => buttons.map(button => getComputedStyle(button, '::after').content)"
    )
    assert {word.strip('"') for word in words} == {"none", "Ajouter", "Ajouter un bloc"}
    assert words[-1].strip('"') == "Ajouter un bloc"
