"""Sending a notice by e-mail."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from accounts.letters import Letter, base_url_for
from accounts.models import Notice, User
from accounts.notices.links import stop_path

logger = logging.getLogger(__name__)


# After so many refusals, the notice stays in the application and the e-mail is given up.
MOST_FAILURES = 5
FIRST_DELAY = timedelta(minutes=5)
# Much longer than a letter takes to leave (EMAIL_TIMEOUT): who has not sent it by then is dead.
CLAIM = timedelta(minutes=15)
# Why who chose to receive nothing receives this: an access, an account, a place at an event.
ALWAYS = (
    "Ce courriel part toujours\u00a0: il concerne votre accès, une place que vous avez prise, "
    "ou un accord que l’on attend de vous."
)
# What the server says of one letter or one mailbox; any other OSError is the server itself.
LETTER_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


class ServerUnreachable(Exception):
    """No mail can leave for now: trying the next letter would only cost another time-out."""


@task()
def deliver(notice_id: int) -> None:
    """Send one notice by e-mail unless it was sent already; may run twice."""
    try:
        send_notice(notice_id)
    except ServerUnreachable:
        logger.warning("mail server unreachable, notice %s is left to tick", notice_id)


def send_notice(notice_id: int, now: datetime | None = None) -> bool:
    """Send the notice if nobody did nor is about to; returns whether it left.

    Raises ServerUnreachable when no mail can leave at all for now.
    """
    now = now or timezone.now()
    # Two workers never send it at the same time.
    if not claim(Notice.objects.filter(pk=notice_id), now):
        return False
    notice = Notice.objects.select_related("recipient", "organisation__site").get(pk=notice_id)
    if not notice.recipient.is_active or notice.recipient.anonymised_at:
        return False
    with sent_or_given_back([notice]):
        notice_letter(notice).message_to(notice.recipient.email).send()
        return True
    return False


def may_be_tried(now: datetime) -> Q:
    """Return the condition "unsent, and nobody is sending it": claimed and refused ones wait."""
    due = Q(retry_at__isnull=True) | Q(retry_at__lte=now)
    return Q(sent_at__isnull=True, failures__lt=MOST_FAILURES) & due


def claim(notices: QuerySet[Notice], now: datetime) -> int:
    """Keep the notices for who is about to send them; returns how many were free.

    One conditional update on the columns of the row alone: a join would make of it a sub-query,
    which PostgreSQL does not ask again after it has waited for another claim.

    The claim lapses. A worker that is killed before it has sent loses nothing: `send_due` sends
    in its place. One that is killed between the sending and the mark sends twice, at worst.
    """
    # From this moment, not from `now`: a tick with thousands of letters lasts.
    return notices.filter(may_be_tried(now)).update(retry_at=timezone.now() + CLAIM)


@contextmanager
def sent_or_given_back(notices: list[Notice]) -> Iterator[None]:
    """Mark claimed notices as sent; when their e-mail cannot leave, say when to try again.

    A mailbox that is refused for good is not tried again. What concerns one letter is logged and
    swallowed; raises ServerUnreachable for what concerns all.
    """
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    try:
        yield
    except Exception as error:
        server_is_down = isinstance(error, OSError) and not isinstance(error, LETTER_REFUSED)
        failures = max(notice.failures for notice in notices)
        if not server_is_down:
            failures = MOST_FAILURES if _is_final(error) else failures + 1
        rows.update(failures=failures, retry_at=timezone.now() + FIRST_DELAY * 4**failures)
        if server_is_down:
            raise ServerUnreachable(str(error)) from error
        logger.warning("the e-mail of notice %s could not leave: %s", notices[0].ref, error)
    else:
        rows.update(sent_at=timezone.now(), retry_at=None)


def _is_final(error: Exception) -> bool:
    """Return whether the mailbox says that it will never take the letter (a code 5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


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
        footer=footer(
            notice.recipient, base_url, must_send=notice.must_send, own_stop=notice.stop_path
        ),
        headers=(
            {}
            if notice.must_send
            else stop_headers(notice.recipient, base_url, own_stop=notice.stop_path)
        ),
        calendar=notice.calendar,
    )


def footer(
    user: User, base_url: str, *, must_send: bool = False, own_stop: str = ""
) -> list[dict[str, str]]:
    """Return the lines that say how to receive less; `own_stop` stops what told it, alone."""
    rhythm = {
        "text": "Choisir quand recevoir des nouvelles",
        "url": f"{base_url}{reverse('my_account')}#rythme",
    }
    if must_send:
        return [{"text": ALWAYS, "url": ""}, rhythm]
    if own_stop:
        return [{"text": "Arrêter cette alerte", "url": base_url + own_stop}, rhythm]
    return [rhythm, {"text": "Ne plus en recevoir", "url": base_url + stop_path(user)}]


def stop_headers(user: User, base_url: str, *, own_stop: str = "") -> dict[str, str]:
    """Return the headers by which a mail reader offers to stop (RFC 2369 and RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{base_url}{own_stop or stop_path(user)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
