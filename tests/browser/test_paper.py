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
