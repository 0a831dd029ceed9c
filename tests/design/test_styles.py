"""A page wears only what it loads: the class of a sheet that it leaves out does nothing."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHEETS = ROOT / "static" / "css"
TEMPLATES = ROOT / "templates"
LOADED = re.compile(r"css/([a-z]+)\.css")
SAID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
# Rooms whose pages say for themselves which sheets they add to those of every page.
ROOMS = ("marketplace", "portal", "search", "components")


def classes_of(sheet: Path) -> set[str]:
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", sheet.read_text()))


def loaded_by(template: Path) -> set[str]:
    """Return the sheets that a page adds; for a part, those that every page with it adds."""
    text = template.read_text()
    own = set(LOADED.findall(text))
    if '{% extends "home/desk/' in text:
        return own | {"desk"}  # the editors' desk loads its own sheet, by a hook of Wagtail's
    if "{% extends" in text:
        return own
    name = f'include "{template.relative_to(TEMPLATES)}"'
    within = [one for one in TEMPLATES.rglob("*.html") if name in one.read_text()]
    return own | (set.intersection(*map(loaded_by, within)) if within else set())


def test_a_class_of_a_sheet_apart_is_worn_only_where_the_sheet_is_loaded() -> None:
    common = set(LOADED.findall((TEMPLATES / "components" / "stylesheets.html").read_text()))
    everywhere = set().union(*(classes_of(SHEETS / f"{name}.css") for name in common))
    apart = {one.stem: classes_of(one) for one in SHEETS.glob("*.css") if one.stem not in common}
    naked = []
    for room in ROOMS:
        for template in (TEMPLATES / room).rglob("*.html"):
            text = template.read_text()
            worn = {
                name
                for said in re.findall(r'class="([^"]*)"', text)
                for name in SAID.sub(" ", said).split()
            }
            loaded = loaded_by(template)
            for name in worn - everywhere:
                sheets = {sheet for sheet, known in apart.items() if name in known}
                if sheets and not sheets & loaded:
                    naked.append(f"{template.relative_to(TEMPLATES)}: {name} of {sorted(sheets)}")
    assert not naked, "\n".join(naked)
