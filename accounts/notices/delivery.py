"""Sending a notice by e-mail."""

from __future__ import annotations

import logging

from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from accounts.letters import Letter, base_url_for
from accounts.models import Notice, User
from accounts.notices.links import stop_path

logger = logging.getLogger(__name__)


@task()
def deliver(notice_id: int) -> None:
    """Send one notice by e-mail unless it was sent already; may run twice."""
    send_notice(notice_id)


def send_notice(notice_id: int) -> bool:
    """Send the notice if nobody did; returns whether it left.

    The row is claimed by a conditional update, so two workers never send it twice; it is given
    back when the mail server refuses, and `send_due` tries again.
    """
    claimed = Notice.objects.filter(pk=notice_id, sent_at__isnull=True).update(
        sent_at=timezone.now()
    )
    if not claimed:
        return False
    notice = Notice.objects.select_related("recipient", "organisation__site").get(pk=notice_id)
    if not notice.recipient.is_active or notice.recipient.anonymised_at:
        return False
    try:
        notice_letter(notice).message_to(notice.recipient.email).send()
    except OSError:
        logger.warning("mail server unreachable, notice %s is left to tick", notice.ref)
        Notice.objects.filter(pk=notice_id).update(sent_at=None)
        return False
    return True


def notice_letter(notice: Notice) -> Letter:
    """Return the letter that says the notice."""
    base_url = base_url_for(notice.recipient, notice.organisation)
    return Letter(
        subject=notice.subject,
        paragraphs=[part.strip() for part in notice.body.split("\n\n") if part.strip()],
        base_url=base_url,
        organisation=notice.organisation,
        action=(notice.action or "Voir") if notice.path else "",
        url=base_url + notice.path if notice.path else "",
        footer=footer(notice.recipient, base_url, must_send=notice.must_send),
        headers={} if notice.must_send else stop_headers(notice.recipient, base_url),
    )


def footer(user: User, base_url: str, *, must_send: bool = False) -> list[dict[str, str]]:
    """Return the lines that say how to receive less."""
    rhythm = {
        "text": "Choisir quand recevoir des nouvelles",
        "url": f"{base_url}{reverse('my_account')}#rythme",
    }
    if must_send:
        return [{"text": "Ce courriel part toujours : il concerne votre accès.", "url": ""}, rhythm]
    return [rhythm, {"text": "Ne plus en recevoir", "url": base_url + stop_path(user)}]


def stop_headers(user: User, base_url: str) -> dict[str, str]:
    """Return the headers by which a mail reader offers to stop (RFC 2369 and RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{base_url}{stop_path(user)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
