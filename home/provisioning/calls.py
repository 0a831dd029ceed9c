"""Adding calls for testimony from written data; safe to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Site

from home.calls.models import CLOSING_HOUR, CallPage
from home.provisioning.pages import published_at, section_for, words_for
from home.provisioning.texts import Words, starter
from home.provisioning.tree import ensure_child


def model_of_call(key: str) -> dict[str, Any]:
    """Return a shipped model of call as one mapping. Raises LookupError."""
    for item in (starter("outlines") or {}).get("appel") or []:
        if item["key"] == key:
            return {"body": item["body"], **item["page"]}
    raise LookupError(f"Il n’y a pas de modèle d’appel « {key} ».")


def add_call(site: Site, data: dict[str, Any]) -> CallPage:
    """Return the call of that slug, added to the open or the restricted calls if missing.

    `model` names a shipped model, whose texts and questions stand where the data says nothing;
    `closes_in_days` is counted from today, and may be past; a `draft` waits for its editors.
    """
    data = {**(model_of_call(data["model"]) if data.get("model") else {}), **data}
    words = words_for(site)
    page = CallPage(
        title=words.plain(data["title"]),
        slug=data["slug"],
        body=words.body(data.get("body")),
        closes_at=evening(data.get("closes_in_days", 42)),
        accepts_unnamed=data.get("accepts_unnamed", True),
        needs_sign_in=data.get("needs_sign_in", False),
    )
    page.begin_with(_filled(data, words))
    live = not data.get("draft")
    return ensure_child(section_for(site, "appels", data), page, published_at(data), live=live)[0]


def evening(days: float) -> datetime:
    """Return when calls close, that many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, CLOSING_HOUR))


def _filled(data: Mapping[str, Any], words: Words) -> dict[str, Any]:
    plain = {name: words.plain(data.get(name)) for name in ("title", "summary", "thanks")}
    questions = [
        {
            **question,
            "label": words.plain(question["label"]),
            "help": words.plain(question.get("help")),
        }
        for question in data.get("questions") or []
    ]
    return {**plain, "icon": data.get("icon", ""), "questions": questions}
