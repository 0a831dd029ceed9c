"""From the YAML that writers keep to the values of our blocks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from django.utils.html import escape

from home.typography import french, french_html

STARTER = Path(__file__).resolve().parents[1] / "starter"
_PLACEHOLDER = re.compile(r"\{(name|short_name)\}")
_ABOUT_HTML = re.compile(r"<(p|ul|ol|h3)\b", re.IGNORECASE)


@lru_cache(maxsize=8)
def starter(name: str) -> Any:
    """Return the content of `home/starter/<name>.yaml`, or nothing while it is unwritten."""
    path = STARTER / f"{name}.yaml"
    if not path.exists():
        return None
    return read_yaml(path)


def read_yaml(path: Path) -> Any:
    """Return the content of the file."""
    # Written in C where the library was built with it: ten times as fast, and as safe.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - as safe


class Words:
    """Fills the placeholders {name} and {short_name}, and sets French typography."""

    def __init__(self, **names: str) -> None:
        self.names = names

    def plain(self, text: Any) -> str:
        """Return the text, filled, for a field without markup."""
        return french(self._fill(str(text or ""), self.names).strip())

    def html(self, text: Any) -> str:
        """Return the text, filled, as rich text; plain paragraphs are wrapped."""
        safe_names = {key: escape(value) for key, value in self.names.items()}
        source = str(text or "").strip()
        if source and not _ABOUT_HTML.search(source):
            source = "".join(f"<p>{part.strip()}</p>" for part in re.split(r"\n\s*\n", source))
        return str(french_html(self._fill(source, safe_names)))

    @staticmethod
    def _fill(text: str, names: Mapping[str, str]) -> str:
        return _PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text)

    def body(self, blocks: list[dict[str, Any]] | None) -> str:
        """Return a StreamField's JSON; raises ValueError for a block that we do not have."""
        return json.dumps([self._block(block) for block in blocks or []])

    def _block(self, block: dict[str, Any] | str) -> dict[str, Any]:
        if isinstance(block, str):
            block = {block: None}
        ((kind, value),) = block.items()
        if kind not in _CONVERTERS:
            raise ValueError(f"Bloc inconnu : {kind}")
        return {"type": kind, "value": _CONVERTERS[kind](self, value), "id": str(uuid4())}


def _items(values: list[Any]) -> list[dict[str, Any]]:
    # Wagtail takes an item without an id for a bare value.
    return [{"type": "item", "value": value, "id": str(uuid4())} for value in values]


_CONVERTERS = {
    "paragraph": lambda words, value: words.html(value),
    "heading": lambda words, value: words.plain(value),
    "quote": lambda words, value: {
        "text": words.plain(value["text"]),
        "author": words.plain(value.get("author")),
    },
    "callout": lambda words, value: {
        "tone": value.get("tone", "info"),
        "title": words.plain(value.get("title")),
        "text": words.html(value["text"]),
    },
    "steps": lambda words, value: _items(
        [
            {"title": words.plain(step["title"]), "text": words.html(step.get("text"))}
            for step in value
        ]
    ),
    "faq": lambda words, value: _items(
        [
            {"question": words.plain(entry["question"]), "answer": words.html(entry["answer"])}
            for entry in value
        ]
    ),
    "checklist": lambda words, value: _items([words.plain(line) for line in value]),
    "controversy": lambda words, value: {
        "tension": words.plain(value["tension"]),
        "positions": _items(
            [
                {"title": words.plain(one["title"]), "text": words.html(one.get("text"))}
                for one in value["positions"]
            ]
        ),
    },
    "log": lambda words, value: _items(
        [{"when": words.plain(day["when"]), "text": words.html(day.get("text"))} for day in value]
    ),
    "image": lambda words, value: {
        "image": value.get("image"),
        "alt": words.plain(value.get("alt")),
        "caption": words.plain(value.get("caption")),
    },
    "video": lambda words, value: {
        "title": words.plain(value.get("title")),
        "poster": value.get("poster"),
        "video": value.get("video"),
        "captions": value.get("captions"),
        "link": value.get("link") or "",
        "transcript": words.html(value.get("transcript")),
    },
    "key_points": lambda words, value: _items([words.plain(point) for point in value]),
    "contacts": lambda words, value: {
        "title": words.plain(value.get("title") or "À qui en parler"),
        "text": words.html(value["text"]),
    },
    "schemes": lambda words, value: None,
    "step": lambda words, value: {
        "title": words.plain(value["title"]),
        "text": words.html(value.get("text")),
    },
}


def sources(entries: Any) -> str:
    """Return the sources as JSON, from a list of texts, of {title, url}, or one text."""
    if not entries:
        return "[]"
    if isinstance(entries, str):
        entries = [line.strip(" -") for line in entries.splitlines() if line.strip()]
    found = []
    for entry in entries:
        if isinstance(entry, Mapping):
            value = {"title": french(str(entry["title"])), "url": entry.get("url") or ""}
        else:
            value = {"title": french(str(entry)), "url": ""}
        found.append({"type": "source", "value": value, "id": str(uuid4())})
    return json.dumps(found)
