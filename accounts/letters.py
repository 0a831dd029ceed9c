"""E-mails: one letter, two parts (text and HTML), one sender that says who writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formataddr
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import Organisation, User


@dataclass(frozen=True)
class Letter:
    """What is written, before it is laid out; every text is plain text."""

    subject: str
    paragraphs: Sequence[str]
    base_url: str
    organisation: Organisation | None = None
    code: str = ""
    action: str = ""
    url: str = ""
    entries: Sequence[Mapping[str, str]] = ()  # of a digest: subject, body, url, action
    footer: Sequence[Mapping[str, str]] = field(default_factory=tuple)  # text, and url if any
    headers: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""  # an iCalendar file to join

    @property
    def sender_name(self) -> str:
        """Return who writes: the collectivité by name, else the platform."""
        if self.organisation is None:
            return settings.PLATFORM_NAME
        # A header is one line, whatever a name holds.
        return f"{' '.join(self.organisation.short_name.split())} ({settings.PLATFORM_NAME})"

    @property
    def from_email(self) -> str:
        return formataddr((self.sender_name, settings.DEFAULT_FROM_EMAIL))

    def message_to(self, address: str) -> EmailMultiAlternatives:
        """Return the e-mail for one address: nobody ever sees another person's."""
        context = {
            "letter": self,
            "platform_name": settings.PLATFORM_NAME,
            "from_name": self.organisation.name if self.organisation else settings.PLATFORM_NAME,
        }
        message = EmailMultiAlternatives(
            subject=" ".join(self.subject.split()),
            body=render_to_string("accounts/email/letter.txt", context).strip() + "\n",
            from_email=self.from_email,
            to=[address],
            headers=dict(self.headers),
        )
        message.attach_alternative(
            render_to_string("accounts/email/letter.html", context), "text/html"
        )
        if self.calendar:
            message.attach("rendez-vous.ics", self.calendar, "text/calendar")
        return message


def base_url_for(user: User, organisation: Organisation | None = None) -> str:
    """Return the address where `user` works, without a final slash.

    The host of `organisation` if they belong to it and it has an intranet, else that of any
    intranet of theirs, else the platform's.
    """
    homes = intranets_of(user)
    if organisation is not None and organisation in homes:
        return organisation.base_url
    return homes[0].base_url if homes else settings.PLATFORM_URL.rstrip("/")


def intranets_of(user: User) -> list[Organisation]:
    """Return the organisations of `user` that have an intranet, each with its site; one query."""
    mine = Organisation.objects.belonging_to(user).filter(site__isnull=False)
    return list(mine.select_related("site").order_by("pk"))


def post_after_commit(message: EmailMultiAlternatives) -> None:
    """Send the e-mail once the transaction has committed; a dead mail server breaks no page."""
    transaction.on_commit(partial(message.send), robust=True)
