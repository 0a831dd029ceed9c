"""Telling a person something."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Notice, Organisation, User
from accounts.notices.delivery import deliver
from accounts.people.models import DigestRhythm


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
    calendar: str = "",
    apart: bool = False,
    stop_path: str = "",
) -> Notice:
    """Record one notice for `recipient` and have it sent as they chose; returns the row.

    `organisation` is the one on whose behalf it is said; `path` starts with a slash and leads to
    the recipient's own host; `must_send` overrides the person's rhythm; `calendar` is an
    iCalendar file to join. `apart`: who told it has a rhythm of its own, so it waits for no digest
    (who wants no e-mail gets none); `stop_path` then stops that alone. The e-mail leaves after the
    transaction commits.
    """
    wants_all_at_once = recipient.notice_rhythm == DigestRhythm.AT_ONCE
    wants_some = recipient.notice_rhythm != DigestRhythm.NEVER
    at_once = must_send or wants_all_at_once or (apart and wants_some)
    notice = Notice.objects.create(
        recipient=recipient,
        kind=kind,
        subject=subject[:200],
        body=body,
        path=path,
        action=action,
        organisation=organisation,
        must_send=must_send,
        calendar=calendar,
        stop_path=stop_path,
        send_at_once=at_once,
    )
    if at_once:
        deliver.enqueue(notice.pk)
    return notice


def tell_all(recipients: Iterable[User], **what: object) -> list[Notice]:
    """Tell the same thing to several people, each apart; see `tell`."""
    return [tell(person, **what) for person in recipients]  # type: ignore[arg-type]
