"""Joining files to a message: a short safe list, checked by content, kept under opaque names.

Pictures are encoded anew (no EXIF, no GPS). A PDF is kept as it is, unless it would run or carry
something else. All the rest is refused: it may hide a program, or what was there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from marketplace.catalogue import photos
from marketplace.exchanges import rights
from marketplace.exchanges.attaching.models import Attachment
from marketplace.exchanges.models import Exchange, Message
from marketplace.refusals import Refused
from marketplace.words import NBSP

MAX_FILES = 5
MAX_BYTES = 10 * 1024 * 1024
# What a document that is only read has no use for.
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
# What is a picture by its first bytes: the rest is read, and refused, by its decoder.
PICTURES = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP|....ftypavi[fs]", re.DOTALL)

TOO_MANY = f"Cinq fichiers au plus par message{NBSP}: envoyez le reste dans le suivant."
ONLY_THESE = (
    f"seuls les PDF et les photos (JPEG, PNG, WebP, AVIF) se joignent. Un document{NBSP}? "
    "Enregistrez-le en PDF."
)
TOO_HEAVY = "il dépasse 10 Mo. Réduisez-le, ou envoyez-le en plusieurs fois."
ACTIVE_PDF = (
    "ce PDF contient un programme ou un autre fichier. Imprimez-le en PDF, puis joignez la copie."
)
MAY_NAME = (
    "avant que le contact soit accepté, seules des photos se joignent, car un document porte "
    "souvent le nom de son auteur. Envoyez-le une fois le contact accepté."
)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its clean content, and what its sender called it."""

    content: ContentFile
    name: str


def checked(files: Sequence[Any], exchange: Exchange, author: User) -> list[Checked]:
    """Return the files ready to be kept. Raises Refused: which one, why, and how to mend it."""
    if len(files) > MAX_FILES:
        raise Refused(TOO_MANY)
    return [_one(upload, may_name=_may_name(exchange, author)) for upload in files]


def _may_name(exchange: Exchange, author: User) -> bool:
    """Whether a document may say who its author is: agents' names wait for the contact."""
    if exchange.contact_accepted_at is not None:
        return True
    theirs = rights.acting_for(author, exchange)
    return theirs.is_association or not (
        exchange.giver.is_association or exchange.receiver.is_association
    )


def _one(upload: Any, *, may_name: bool) -> Checked:
    name = _clean_name(upload.name)
    try:
        if upload.size > MAX_BYTES:
            raise Refused(TOO_HEAVY)
        upload.seek(0)
        start = upload.read(16)
        if start.startswith(b"%PDF-"):
            if not may_name:
                raise Refused(MAY_NAME)
            return Checked(_pdf(upload), name)
        if not PICTURES.match(start):
            raise Refused(ONLY_THESE)
        return Checked(photos.clean(upload), name)
    except Refused as refusal:
        raise Refused(f"{name}{NBSP}: {str(refusal)[0].lower()}{str(refusal)[1:]}") from None


def _pdf(upload: Any) -> ContentFile:
    upload.seek(0)
    data = upload.read()
    if b"%%EOF" not in data[-2048:]:
        raise Refused("ce PDF est incomplet. Enregistrez-le de nouveau, puis joignez-le.")
    if any(word in data for word in ACTIVE):
        raise Refused(ACTIVE_PDF)
    return ContentFile(data, name="document.pdf")


def _clean_name(name: str) -> str:
    """Return the name as one line of plain text, without folders."""
    plain = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", str(name))
    return PurePath(plain.replace("\\", "/")).name.strip()[:120] or "fichier"


def keep(message: Message, files: Iterable[Checked]) -> None:
    """Keep the files of a message; inside the transaction that writes it."""
    kept: list[Attachment] = []
    try:
        with transaction.atomic():
            for one in files:
                attachment = Attachment(message=message, name=one.name, size=one.content.size)
                attachment.file.save(str(one.content.name), one.content, save=False)
                kept.append(attachment)
                attachment.save()
    except Exception:
        for attachment in kept:
            attachment.file.storage.delete(str(attachment.file.name))
        raise


def delete(found: QuerySet[Attachment]) -> None:
    """Delete attachments, and their files once the rows are gone for good."""
    stored = [(one.file.storage, str(one.file.name)) for one in found]
    found.delete()

    def delete_files() -> None:
        for storage, name in stored:
            storage.delete(name)

    transaction.on_commit(delete_files)


def delete_of(exchange_ids: Iterable[int]) -> None:
    """Delete what was joined to the messages of these exchanges; before the messages go."""
    delete(Attachment.objects.filter(message__exchange__in=list(exchange_ids)))


def attachment_guard(path: str, user: Any, request: Any) -> bool:
    """Return whether `user` may have `messages/<exchange>/<file>`: whoever may see the exchange."""
    parts = path.split("/")
    if len(parts) != 3:
        return False
    found = Exchange.objects.visible_to(user).filter(ref=parts[1])
    return Attachment.objects.filter(file=path, message__exchange__in=found).exists()
