"""Every pictogram that written data names is among those we have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from home.pages.pictograms import PICTOGRAMS
from home.pages.tracks import TRACK_ICONS
from home.site_settings import MARKS
from portal.templatetags.icons import icon_names

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
