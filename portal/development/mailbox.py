"""The e-mails that Django's file backend wrote, read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# What the backend writes after each message; one file holds all that one connection sent.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"
FILE_NAME = re.compile(r"[0-9A-Za-z-]+\.log")


@dataclass(frozen=True)
class StoredEmail:
    """One e-mail, and where it lies: the file's name and its rank in it."""

    file_name: str
    rank: int
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", "")) or "(sans objet)"

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def recipients(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def sent_at(self) -> datetime | None:
        try:
            sent = parsedate_to_datetime(str(self.message.get("Date", "")))
        except ValueError:
            return None
        # « -0000 » is read as a naive moment: it is in UTC.
        return sent if sent.tzinfo else sent.replace(tzinfo=UTC)

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def attachments(self) -> list[str]:
        return [part.get_filename() or "" for part in self.message.iter_attachments()]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def newest_first() -> Iterator[StoredEmail]:
    """Yield every stored e-mail, the latest first."""
    files = [path for path in _folder().glob("*.log") if FILE_NAME.fullmatch(path.name)]
    for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True):
        yield from reversed(_read(path))


def find(file_name: str, rank: int) -> StoredEmail | None:
    """Return the e-mail at this place, or None when there is none."""
    path = _folder() / file_name
    if not FILE_NAME.fullmatch(file_name) or not path.is_file():
        return None
    emails = _read(path)
    return emails[rank] if rank < len(emails) else None


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _read(path: Path) -> list[StoredEmail]:
    messages = [part for part in path.read_bytes().split(SEPARATOR) if part.strip()]
    return [
        StoredEmail(path.name, rank, message_from_bytes(part, policy=policy.default))  # type: ignore[arg-type]
        for rank, part in enumerate(messages)
    ]
