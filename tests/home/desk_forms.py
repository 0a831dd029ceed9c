"""What the forms of `/cms/` send, for tests that write as an editor does."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from wagtail.models import Page

NO_COMMENTS = {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}


def guide_form(body: list[tuple[str, dict[str, Any] | str]], **fields: Any) -> dict[str, Any]:
    """Return what the form of a guide sends: its blocks by their type and their values."""
    data: dict[str, Any] = {
        "title": "Réserver une salle",
        "slug": "reserver-une-salle",
        "summary": "",
        "body-count": len(body),
        **NO_COMMENTS,
        **fields,
    }
    for rank, (kind, value) in enumerate(body):
        start = f"body-{rank}"
        data |= {
            f"{start}-deleted": "",
            f"{start}-order": rank,
            f"{start}-type": kind,
            f"{start}-id": "",
        }
        values = value if isinstance(value, dict) else {"": value}
        data |= {f"{start}-value{name}": text for name, text in values.items()}
    return data


def rich(text: str) -> str:
    """Return what the rich text editor sends for one paragraph."""
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0}
    return json.dumps(
        {"blocks": [{**block, "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}
    )


def write(browser: Client, page: Page, text: str = "Un paragraphe.", **fields: Any) -> Any:
    """Send the form of a guide that exists, as its editor left it but for what is given."""
    data = guide_form(
        [("paragraph", rich(text))], **{"title": page.title, "slug": page.slug, **fields}
    )
    return browser.post(f"/cms/pages/{page.pk}/edit/", data)
