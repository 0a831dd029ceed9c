"""Every pictogram that written data names is among those we have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils.html import escape

from home.blocks.links import QuickPageBlock
from home.pages.pictograms import PICTOGRAMS
from home.pages.tracks import TRACK_ICONS
from home.site_settings import MARKS
from portal.templatetags.icons import icon_names
from tests.home.factories import Intranet

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [*(ROOT / "portal/demonstration/data").glob("*.yaml"), *(ROOT / "home/starter").glob("*.yaml")]
)
KEYS = ("icon", "reading_icon", "mark")


def named_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value[key] for key in KEYS if value.get(key))
        for inner in value.values():
            yield from named_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named_in(inner)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_icons_named_in_written_data_exist(path: Path) -> None:
    named = set(named_in(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert named - set(icon_names()) == set()


def test_icons_that_editors_may_choose_exist() -> None:
    offered = {name for name, _ in [*MARKS, *TRACK_ICONS, *PICTOGRAMS.items()]}
    assert offered - set(icon_names()) == set()


def test_pictograms_are_chosen_as_they_are_seen(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    """Drawn in the form, with their names for who does not see them, without a script."""
    editor = client_for(vallees.person("editor"), vallees.host)
    section = vallees.page("guides").pk
    guide = editor.get(f"/cms/pages/add/home/guidepage/{section}/").content.decode()
    for offered, page in [
        (PICTOGRAMS.items(), guide),
        (MARKS, editor.get(f"/cms/settings/home/siteidentity/{vallees.site.pk}/").content.decode()),
    ]:
        for name, label in offered:
            (drawn,) = re.findall(rf'<label[^>]*><input[^>]*value="{name}".*?</label>', page)
            assert 'type="radio"' in drawn
            assert "<svg" in drawn
            assert f">{escape(label)}<" in drawn
    assert "Celui du genre de page" in guide


def test_links_are_given_a_pictogram_or_none(vallees: Intranet) -> None:
    options = str(QuickPageBlock().child_blocks["icon"].field.widget.render("icon", ""))
    assert options.count('type="radio"') == len(PICTOGRAMS) + 1
    assert ">Aucun<" in options
