"""The style guide in Chromium: axe, 320 px, and the contrasts of every collectivité's colours."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

THEMES = {
    "teal and amber": ("#0f5d63", "#f0b13a", "#1c2430"),
    "blue and coral": ("#1f4e79", "#f28f6b", "#1c2430"),
    "purple and green": ("#5b3a6e", "#9ccc65", "#1c2430"),
    "brick and yellow": ("#9a3324", "#f5d547", "#1c2430"),
    "nearly black and dark red": ("#111827", "#7a1030", "#ffffff"),
    "grey and grey": ("#595959", "#b0b0b0", "#1c2430"),
}
# Text on ground, and how much contrast it needs (3:1 for large pictograms and borders).
PAIRS = [
    ("--ink", "--paper", 4.5),
    ("--ink-soft", "--paper", 4.5),
    ("--ink-soft", "--card", 4.5),
    ("--ink-soft", "--accent-tint", 4.5),
    ("--ink-soft", "--taken", 4.5),
    ("--on-accent", "--accent", 4.5),
    ("--accent-deep", "--paper", 4.5),
    ("--accent-deep", "--accent-tint", 4.5),
    ("--accent-deep", "--accent-tint-strong", 4.5),
    ("--on-second", "--second", 4.5),
    ("--ink", "--second-tint-strong", 4.5),
    ("--ink", "--mark", 4.5),
    ("--second-deep", "--second-tint", 4.5),
    ("--second-deep", "--second-tint-strong", 3),
    ("--need", "--need-tint", 4.5),
    ("--danger", "--danger-tint", 4.5),
    ("--success", "--success-tint", 4.5),
    ("--warning", "--warning-tint", 4.5),
    ("--edge", "--paper", 3),
    ("--edge", "--card", 3),
]
# A canvas turns any CSS colour into sRGB bytes.
CONTRASTS = """(pairs) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.body.appendChild(document.createElement("i"));
  const light = (name) => {
    probe.style.color = `var(${name})`;
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return pairs.map(([text, ground]) => {
    const [a, b] = [light(text), light(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
}"""


@pytest.fixture
def address(demonstration):
    return demonstration.url("/_style/")


def open_guide(page, address):
    assert page.goto(address).status == 200


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(chromium, address, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    open_guide(page, address)
    found = Axe().run(page).response["violations"]
    page.close()
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize("width", [320, 375, 768, 1100, 1280])
def test_nothing_scrolls_sideways(chromium, address, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    open_guide(page, address)
    widest = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert widest <= width


@pytest.mark.parametrize("theme", THEMES)
def test_contrast_holds_for_any_colours(chromium, address, theme):
    page = chromium.new_page()
    open_guide(page, address)
    page.evaluate(
        """([accent, second, onSecond]) => {
          const root = document.documentElement.style;
          root.setProperty("--accent", accent);
          root.setProperty("--second", second);
          root.setProperty("--on-second", onSecond);
        }""",
        THEMES[theme],
    )
    ratios = page.evaluate(CONTRASTS, [pair[:2] for pair in PAIRS])
    page.close()
    short = [
        (text, ground, round(ratio, 2))
        for (text, ground, floor), ratio in zip(PAIRS, ratios, strict=True)
        if ratio < floor
    ]
    assert not short


def test_menus_open_without_javascript_and_close_with_escape(chromium, address):
    for javascript in (False, True):
        context = chromium.new_context(
            java_script_enabled=javascript, viewport={"width": 320, "height": 800}
        )
        page = context.new_page()
        open_guide(page, address)
        page.locator(".menu-mobile > summary").click()
        expect(page.locator("#recherche-menu")).to_be_visible()
        if javascript:
            page.keyboard.press("Escape")
            expect(page.locator("#recherche-menu")).to_be_hidden()
        context.close()


def test_touch_targets_are_large_enough_on_a_phone(chromium, address):
    page = chromium.new_page(viewport={"width": 320, "height": 800})
    open_guide(page, address)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(a, button, summary, label:has(input))")]
          .filter((one) => one.offsetParent && getComputedStyle(one).display !== "inline")
          .map((one) => [one.className || one.textContent.trim(), one.getBoundingClientRect()])
          .filter(([, box]) => box.height < 24 || box.width < 24)
          .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )
    page.close()
    assert not small
