"""What one prints to hand out is alone on its sheet, on one page of the right size."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

KIT = "/coordination/lancement/"
AROUND = [".site-header", ".site-footer", ".demo-banner", ".launch-tabs"]
# In points, as PDF counts.
A4, A3 = (595, 842), (842, 1191)


@pytest.mark.parametrize(
    ("path", "size", "sheet"),
    [
        ("lettre/", A4, ".launch-letter"),
        ("affiches/besoin/", A4, ".poster"),
        ("affiches/propose/?format=a3", A3, ".poster"),
    ],
)
def test_the_sheet_alone_is_printed(signed_in, demonstration, path, size, sheet):
    page = signed_in("sylvie-hoffmann", "trois-vallees", "desk")
    page.goto(demonstration.url(KIT + path, "trois-vallees"))
    page.emulate_media(media="print")
    expect(page.locator(sheet)).to_be_visible()
    assert [one for one in AROUND if page.locator(one).is_visible()] == []
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [(round(float(width)), round(float(height))) for width, height in boxes] == [size]


@pytest.mark.parametrize(
    "path",
    [
        "/guides/prendre-un-velo-cargo/",
        "/agenda/atelier-velo-cargo/",
        "/appels/racontez-nous-une-initiative/",
        "/recits/six-semaines-de-la-voirie-a-la-collecte/",
    ],
)
def test_a_page_is_printed_whole_without_what_one_clicks(signed_in, demonstration, path):
    page = signed_in("nadia-meyer", "trois-vallees", "desk")
    page.goto(demonstration.url(path, "trois-vallees"))
    page.emulate_media(media="print")
    clicked = ".site-nav, .menu, .contents, a.button, button, video, .page-tools, .breadcrumbs"
    assert [one for one in page.locator(clicked).all() if one.is_visible()] == []
    for answer in page.locator("main details > :not(summary)").all():
        assert answer.is_visible()
    assert page.get_by_text(f"trois-vallees.localhost:{demonstration.port}{path}").is_visible()
