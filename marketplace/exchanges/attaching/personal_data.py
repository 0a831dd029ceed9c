"""What people joined to messages: exported by name, gone with the message or with the person."""

from __future__ import annotations

from typing import Any

from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Row, register_erasure, register_export
from marketplace.exchanges.attaching import rules
from marketplace.exchanges.attaching.models import Attachment


def joined_by(user: Any) -> list[Row]:
    mine = Attachment.objects.filter(message__author=user)
    return [
        {
            "Échange": one.message.exchange.listing.title,
            "Fichier": one.name,
            "Adresse du fichier": one.file.url,
            "Le": moment(one.at),
        }
        for one in mine.select_related("message__exchange__listing").order_by("at", "pk")
    ]


def forget(user: Any) -> None:
    """Delete what the person joined: a document says who wrote it."""
    rules.delete(Attachment.objects.filter(message__author=user))


def register() -> None:
    register_export("Mes fichiers joints", joined_by)
    register_erasure(forget)
