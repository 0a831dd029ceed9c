"""Telling a person something."""

from __future__ import annotations

from accounts.models import Notice, Organisation, User


def tell(
    recipient: User,
    *,
    kind: str,
    subject: str,
    body: str,
    path: str = "",
    action: str = "",
    organisation: Organisation | None = None,
    must_send: bool = False,
) -> Notice:
    """Record one notice for `recipient` and have it sent as they chose; returns the row.

    `organisation` is the one on whose behalf it is said; `path` starts with a slash and leads to
    the recipient's own host; `must_send` overrides the person's rhythm.
    """
    return Notice.objects.create(
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=body,
        path=path,
        action=action,
        organisation=organisation,
        must_send=must_send,
    )
