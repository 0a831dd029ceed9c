"""Bars drawn by pygal as SVG inside the page: no script, no inline style, our own colours.

The library writes a `<style>` and a `<script>` that our content security policy forbids, and notes
for tooltips: its own hook (`add_xml_filter`) takes them out. What a chart says, its table says too.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pygal
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString, mark_safe
from pygal.style import Style

from marketplace.insight.discretion import Shares
from marketplace.words import figures

# The sizes with which labels are measured, and drawn by static/css/charts.css.
STYLE = Style(label_font_size=14, major_label_font_size=14, value_font_size=14, font_family="")
UNSAFE = {"style", "script", "desc", "title"}
SHORT = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
WIDTH = 720
ROW = 34


def columns(shares: Shares, title: str) -> SafeString:
    """Return one column a cell, for what follows in time; a gap for what is not shown."""
    chart = pygal.Bar(**_options(), height=260, show_y_labels=False)
    return _drawn(chart, shares, title, {str(MONTHS[at]): SHORT[at - 1] for at in MONTHS})


def bars(shares: Shares, title: str) -> SafeString:
    """Return one bar a cell, from top to bottom, for what has long names."""
    height = 40 + ROW * len(shares.cells)
    chart = pygal.HorizontalBar(**_options(), height=height, show_x_labels=False)
    top_down = Shares(tuple(reversed(shares.cells)), shares.total)
    return _drawn(chart, top_down, title)


def _options() -> dict[str, Any]:
    return {
        "style": STYLE,
        "css": [],
        "js": [],
        "no_prefix": True,
        "classes": ["chart-drawing"],
        "show_legend": False,
        "show_y_guides": False,
        "print_values": True,
        "print_zeroes": True,
        "print_values_position": "top",
        "truncate_label": -1,
        "value_formatter": lambda value: "" if value is None else figures(round(value)),
        "no_data_text": "",
        "width": WIDTH,
        "margin": 8,
        "spacing": 6,
        "include_x_axis": True,
    }


def _drawn(
    chart: Any, shares: Shares, title: str, shorter: Mapping[str, str] = MappingProxyType({})
) -> SafeString:
    chart.add_xml_filter(lambda root: _clean(root, title))
    chart.x_labels = [shorter.get(one.label, one.label) for one in shares.cells]
    chart.add("", [one.count for one in shares.cells])
    return mark_safe(chart.render(disable_xml_declaration=True, is_unicode=True))  # noqa: S308


def _clean(root: Any, title: str) -> Any:
    """Take out what a page of ours refuses, and say what the drawing is."""
    for parent in list(root.iter()):
        for child in list(parent):
            name = child.tag.rsplit("}", 1)[-1] if isinstance(child.tag, str) else "comment"
            if name in UNSAFE or name == "comment":
                parent.remove(child)
    for node in root.iter():
        node.attrib.pop("style", None)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", title)
    return root
