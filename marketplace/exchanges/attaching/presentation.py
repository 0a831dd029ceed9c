"""How the files of a message are shown: their name only to whoever may read names."""

from __future__ import annotations

from typing import Any

from marketplace.exchanges.contacts import shown
from marketplace.exchanges.models import Exchange, Message
from marketplace.words import NBSP, figures


def files_of(exchange: Exchange, message: Message, viewer: Any) -> list[dict[str, str]]:
    """Return what `marketplace/attachments.html` draws; no query once they are prefetched."""
    attachments = list(message.attachments.all())  # type: ignore[attr-defined]
    if not attachments:
        return []
    named = shown(message.author, message.for_organisation, exchange, viewer).is_name
    hidden = message.for_organisation.is_public_body and not named
    return [
        {
            "url": one.file.url,
            "name": _kind(one.is_picture) if hidden else one.name,
            "detail": f"{_kind(one.is_picture)}, {size_words(one.size)}",
            "icon": "photo" if one.is_picture else "file-text",
        }
        for one in attachments
    ]


def _kind(is_picture: bool) -> str:
    return "Photo" if is_picture else "PDF"


def size_words(size: int) -> str:
    """Return «340 Ko» or «1,2 Mo»; `size` in bytes."""
    if size < 1024 * 1024:
        return f"{figures(max(1, round(size / 1024)))}{NBSP}Ko"
    return f"{size / 1024 / 1024:.1f}{NBSP}Mo".replace(".", ",")
