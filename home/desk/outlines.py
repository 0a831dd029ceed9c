"""Models of content: a page that begins with its blocks ready, written in `home/starter/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from home.desk.kinds import kinds
from home.provisioning.pages import words_for
from home.provisioning.texts import starter
from home.tenancy.own import Desk


@dataclass(frozen=True)
class Outline:
    """One model of content: what it is good for, and the blocks that the page begins with."""

    key: str
    title: str
    help: str
    body: tuple[dict[str, Any], ...]
    # What else the page begins with: the page type's own `begin_with` reads it.
    page: Mapping[str, Any] = field(default_factory=dict)


BLANK = Outline("vierge", "Une page vierge", "Vous posez les blocs vous-même.", ())


def outlines_for(kind_key: str) -> list[Outline]:
    """Return the models of content of a kind, the most used first, a blank page last."""
    written = (starter("outlines") or {}).get(kind_key) or []
    return [
        *(
            Outline(
                item["key"], item["title"], item["help"], tuple(item["body"]), item.get("page", {})
            )
            for item in written
        ),
        BLANK,
    ]


def begin(page: Any, outline_key: str, desk: Desk) -> None:
    """Put the blocks of the model on a new page; an unknown model puts nothing."""
    model_name = page._meta.model_name
    kind = next((kind for kind in kinds() if kind.model_name == model_name), None)
    if kind is None or not hasattr(page, "body"):
        return
    outline = next((o for o in outlines_for(kind.key) if o.key == outline_key), BLANK)
    page.body = words_for(desk.site).body(list(outline.body))
    if outline.page:
        page.begin_with(outline.page)
